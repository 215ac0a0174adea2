# Makes Markdown of the results of run.sh: -v part=table or -v part=targets, and -v threads=N. Lines, separated by tabs:
#   row GROUP NAME SCALE WALL CPU RSS BYTES STATUS    one measurement
#   skip GROUP NAME REASON                            a row that cannot be measured
#   note NAME TEXT                                    something to say of a row
#   value NAME NUMBER                                 a result of a program of its own
# The ratio of a measurement to the floor is that to the mean of the floors before and after it: what slowed all of them down cancels out. Ratios of
# CPU times change less with what else the machine does.
BEGIN {
    FS = "\t"
    FLOOR = "floor: OpenJPEG alone"
}
$1 == "note" { say($2, $3) }
$1 == "value" { value[$2] = $3 }
$1 == "skip" && !($3 in known) { add_row($3) }
$1 == "skip" { say($3, "not measured: " $4) }
$1 == "row" {
    name = $3
    if (!(name in known))
        add_row(name)
    if ($9 != 0) {
        say(name, "exit code " $9)
        next
    }
    n = ++count[name]
    wall[name, n] = $4 * $5
    cpu[name, n] = $4 * $6
    if ($7 > rss[name])
        rss[name] = $7
    bytes[name] = $4 * $8
    floor_before[name, n] = name == FLOOR ? n : count[FLOOR]
}
END {
    if (count[FLOOR])
        for (i = 1; i <= rows; i++)
            compare_with_floor(order[i])
    if (part == "table")
        print_table()
    else
        print_targets()
}

function add_row(name) {
    known[name] = 1
    order[++rows] = name
}

function compare_with_floor(name,    i, before, after) {
    for (i = 1; i <= count[name]; i++) {
        before = floor_before[name, i] ? floor_before[name, i] : 1
        after = name == FLOOR || before == count[FLOOR] ? before : before + 1
        ratio[name, i] = 2 * wall[name, i] / (wall[FLOOR, before] + wall[FLOOR, after])
        cpu_ratio[name, i] = 2 * cpu[name, i] / (cpu[FLOOR, before] + cpu[FLOOR, after])
    }
}

# Each thing once, however many rounds there are.
function say(name, text) {
    if (!index(note[name], text))
        note[name] = note[name] (note[name] == "" ? "" : "; ") text
}

# The middle one of a row's numbers, "" when there is none; minimum: the least.
function pick(table, name, minimum,    i, j, n, v, x) {
    n = count[name]
    for (i = 1; i <= n; i++) {
        x = table[name, i]
        for (j = i - 1; j > 0 && v[j] > x; j--)
            v[j + 1] = v[j]
        v[j + 1] = x
    }
    if (!n || v[n] == "")
        return ""
    if (minimum)
        return v[1]
    return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
}
function middle(table, name) { return pick(table, name, 0) }

function shown(x, format) { return x == "" ? "" : sprintf(format, x) }

function print_table(    i, name) {
    print "| | times | wall s, least | wall s, median | CPU s | peak RSS MiB | MB written | wall / floor | CPU / floor | |"
    print "|---|--:|--:|--:|--:|--:|--:|--:|--:|---|"
    for (i = 1; i <= rows; i++) {
        name = order[i]
        printf "| %s | %d | %s | %s | %s | %s | %s | %s | %s | %s |\n", name, count[name], shown(pick(wall, name, 1), "%.2f"),
            shown(middle(wall, name), "%.2f"), shown(middle(cpu, name), "%.2f"), shown(rss[name], "%.0f"),
            shown(bytes[name] == "" ? "" : bytes[name] / 1e6, "%.1f"), shown(middle(ratio, name), "%.2f"),
            shown(middle(cpu_ratio, name), "%.2f"), note[name]
    }
    print "\nMB written: all that is in the row's folder at its end, with files in between that it keeps."
    if (count[FLOOR])
        print_drift()
}

function least_share(    i, share, least) {
    least = 1
    for (i = 1; i <= count[FLOOR]; i++) {
        share = cpu[FLOOR, i] / (wall[FLOOR, i] * threads)
        if (share < least)
            least = share
    }
    return least
}
function is_busy() { return least_share() < 0.9 }

# How much of the machine the floor had tells how far to trust the rest.
function print_drift(    least) {
    least = least_share()
    printf "The floor took %.2f to %.2f s, and had %.0f %% of its %d threads at the worst", pick(wall, FLOOR, 1),
        largest(wall, FLOOR), 100 * least, threads
    print is_busy() ? ": the machine was busy, ratios of wall times are rough." : "."
}

function largest(table, name,    i, most) {
    for (i = 1; i <= count[name]; i++)
        if (table[name, i] > most)
            most = table[name, i]
    return most
}

# a / b, "" when one of them was not measured
function divide(a, b) { return a == "" || b == "" || b == 0 ? "" : a / b }

# sense: "<=" or ">="; by_cpu: the same number from CPU times, "" where there is none. On a busy machine a verdict that CPU times contradict is
# none.
function target(name, measured, by_cpu, format, sense, bound,    met) {
    met = measured == "" ? "not measured" : verdict(measured, sense, bound)
    if (by_cpu != "" && is_busy() && verdict(by_cpu, sense, bound) != met)
        met = "unclear, the machine was busy"
    printf "| %s | %s | %s | %s %s | %s |\n", name, shown(measured, format), shown(by_cpu, format), sense == "<=" ? "≤" : "≥",
        sprintf(format, bound), met
}
function verdict(x, sense, bound) { return (sense == "<=" ? x <= bound : x >= bound) ? "yes" : "no" }

# How many times as much as row `b` row `a` takes, by the table `wall` or `cpu` for rows that stand together, by those of ratios to the floor for
# rows that may be far apart in time.
function times(table, a, b) { return divide(middle(table, a), middle(table, b)) }

function print_targets(    usual) {
    usual = "run" in known ? "run" : beside()
    print "| | measured | by CPU time | target | met |"
    print "|---|--:|--:|--:|---|"
    target("run / floor", middle(ratio, usual), middle(cpu_ratio, usual), "%.2f", "<=", 0.85)
    target("run --deflate 0 / floor", middle(ratio, "run --deflate 0"), middle(cpu_ratio, "run --deflate 0"), "%.2f", "<=", 0.70)
    target("own decoder alone / floor", "", middle(cpu_ratio, "own decoder alone"), "%.2f", "<=", 0.50)
    target("peak RSS of run, MiB", rss[usual], "", "%.0f", "<=", 600)
    target_threads()
    target("10 subscenes / run", times(ratio, "run --tiles", usual), times(cpu_ratio, "run --tiles", usual), "%.3f", "<=", 1 / 15)
    target("look / run", times(ratio, "look PRODUCT", usual), times(cpu_ratio, "look PRODUCT", usual), "%.3f", "<=", 0.1)
    target("peak RSS of look, MiB", rss["look PRODUCT"], "", "%.0f", "<=", 200)
    target("size / zlib 9", value["size_to_zlib9"], "", "%.3f", "<=", 1.10)
    target("GDAL tools / run", times(ratio, "GDAL tools", usual), times(cpu_ratio, "GDAL tools", usual), "%.1f", ">=", 8)
    target_recut("uncompressed", " --deflate 0")
    target_recut("default", "")
    target("FFT with 32 lobes / with 4, the worse factor", value["lobes_32_to_4"], "", "%.2f", "<=", 1.5)
}

# Of the runs that are the same as the default, the one beside those of group f.
function beside() { return ("run -j " threads) in known ? "run -j " threads : "run" }

function target_threads(    same) {
    same = beside()
    target("peak RSS of run --memory 300M, MiB", rss["run --memory 300M"], "", "%.0f", "<=", 300)
    target("run --memory 300M / run", times(ratio, "run --memory 300M", same), times(cpu_ratio, "run --memory 300M", same),
        "%.2f", "<=", 1.15)
    target("run with 1 thread / with 2", times(wall, "run -j 1", "run -j 2"), "", "%.2f", ">=", 1.85)
}

function target_recut(what, options,    fused, recut) {
    fused = "run --size 256 --overlap 0.0625" options
    recut = "cut + write of the same from resampled files" options
    target("run / cut + write from resampled files, 256 px, " what, times(wall, fused, recut), times(cpu, fused, recut),
        "%.2f", ">=", 1.5)
}
