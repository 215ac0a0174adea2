# The rules that can be seen in a line of a source, and in its includes. Input: the files of src,
# filters, io, tests and testdata; output: a line per violation. Used by check.sh.

function words(list, text,    n, i, part)
{
    n = split(text, part, " ")
    for (i = 1; i <= n; i++) list[part[i]] = 1
}

# what is_in(word, "a b c") says
function is_in(word, text) { return index(" " text " ", " " word " ") > 0 }

BEGIN {
    # What each layer may include, itself among it. exec, filters and io never one another.
    may_include["core"] = "core"
    may_include["exec"] = "exec core"
    may_include["filters"] = "filters core"
    may_include["io"] = "io core"
    may_include["stages"] = "stages exec filters io core"
    may_include["cmd"] = may_include["main"] = "cmd stages exec filters io core"

    # Rooms of a layer: each may include itself and the ones behind it, never one before it.
    rooms["stages"] = "jobs look export check folder keep layers overview image"
    rooms["io"] = "product labels geo image netcdf folder text source compress host"
    rooms["cmd"] = "documents cm_vsm cli console options"

    # Rooms that are beside one another: neither knows the other, though one is before it in the list.
    strangers["product"] = "labels geo image netcdf folder"
    strangers["labels"] = "geo netcdf"
    strangers["geo"] = "image netcdf folder"
    strangers["image"] = "netcdf folder text"

    # C11's and POSIX's own headers, and the C library's for its heap; every other header in <> belongs to a library.
    words(standard, "assert complex ctype errno fenv float inttypes iso646 limits locale malloc math setjmp signal")
    words(standard, "stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string tgmath threads")
    words(standard, "time uchar wchar wctype")
    words(posix, "dirent dlfcn fcntl fnmatch ftw getopt glob grp libgen poll pthread pwd sched search spawn strings")
    words(posix, "sys/file sys/mman sys/random sys/resource sys/socket sys/stat sys/statvfs sys/time sys/types")
    words(posix, "sys/wait termios unistd sys/ioctl")
    words(impure, "stdio time signal stdatomic threads")

    ENDS = calls("exit|_exit|_Exit|quick_exit|abort")
    FOLDERS = calls("readdir|readdir_r|scandir|nftw|ftw|fts_read|glob")
    PRINTS = calls("printf|puts|putchar|putc|fputs|fputc|fprintf|vprintf|vfprintf|perror")
    ENVIRONMENT = calls("getenv|secure_getenv|setenv|putenv")
    OPTIONS = calls("getopt|getopt_long")
    STRING = "^([^\"\\\\]|\\\\.)*\""
    CHARACTER = "^([^'\\\\]|\\\\.)*'"
    # Data at file level that is not const: a line that begins a declaration and is no function.
    STATE = "^(static )?(_Thread_local )?[a-z][A-Za-z0-9_ ]* [*]*[a-z_0-9]+(\\[[^]]*\\])*( =.*|;)$"
    NO_STATE = "^(.*const |extern |typedef |struct [a-z_0-9]+;|enum [a-z_0-9]+;)"
}

function calls(names) { return "(^|[^A-Za-z0-9_.>])(" names ")[ ]*\\(" }

function layer_of(file,    part)
{
    if (file == "src/main.c") return "main"
    split(file, part, "/")
    if (part[1] == "filters" || part[1] == "io") return part[1]
    return part[1] == "src" && part[3] != "" ? part[2] : "unknown"
}

# The room of a file or header of a layer: the folder behind the layer's; "": it is in none.
function room_of(path, layer,    rest)
{
    rest = path
    sub("^(src/)?" layer "/", "", rest)
    return sub("/.*", "", rest) ? rest : ""
}

function tell(what) { print FILENAME ": " what }
function tell_line(what) { print FILENAME ":" FNR ": " what }

function begin_file()
{
    is_test = FILENAME ~ /^(tests|testdata)\//
    comment = 0
    if (is_test) return
    layer = layer_of(FILENAME)
    room = room_of(FILENAME, layer)
    if (!(layer in may_include)) tell("belongs to no layer")
}

# A line without comments and the insides of strings.
function bare(line,    out, c, rest)
{
    out = ""
    while (line != "") {
        if (comment) {
            if (!match(line, /\*\//)) return out
            comment = 0
            line = substr(line, RSTART + 2)
            continue
        }
        if (!match(line, /\/\*|\/\/|["\047]/)) return out line
        c = substr(line, RSTART, 1)
        out = out substr(line, 1, RSTART - 1)
        if (c == "/") {
            if (substr(line, RSTART + 1, 1) == "/") return out
            comment = 1
            line = substr(line, RSTART + 2)
            continue
        }
        rest = substr(line, RSTART + 1)
        if (!match(rest, c == "\"" ? STRING : CHARACTER)) return out c
        out = out c c
        line = substr(rest, RLENGTH + 1)
    }
    return out
}

function check_own_header(header,    to, list)
{
    to = header
    sub("/.*", "", to)
    if (!is_in(to, may_include[layer])) tell(layer " must not include \"" header "\"")
    if (to != layer || room == "" || !(layer in rooms)) return
    to = room_of(header, layer)
    list = " " rooms[layer] " "
    list = substr(list, index(list, " " room " ") + length(room) + 1)
    if (to != room && (!is_in(to, list) || is_in(to, strangers[room])))
        tell("the room " room " must not include \"" header "\"")
}

function check_system_header(header,    library, pair)
{
    if (layer == "filters" && header in impure) tell("filters must not include <" header ".h>: pure arithmetic")
    if (header in standard) return
    if (header in posix) {
        if (layer == "filters") tell("filters must not include <" header ".h>: it knows no system")
        return
    }
    if (layer == "filters" && header != "fftw3")
        tell("filters must not include <" header ".h>: FFTW is its only library")
    else if (layer != "io" && layer != "filters")
        tell(layer " must not include <" header ".h>: libraries belong to io and filters")
    library = header ~ /^libxml\// ? "libxml2" : header ~ /^netcdf/ ? "netCDF" : header ~ /^(hdf5|H5)/ ? "HDF5" : header ".h"
    pair = substr(FILENAME, 1, length(FILENAME) - 2)
    if (!((library, pair) in included)) {
        included[library, pair] = 1
        pairs[library]++
        where[library] = where[library] " " pair
    }
}

function check_include(    header, quoted)
{
    header = $0
    sub(/^[ \t]*#[ \t]*include[ \t]*/, "", header)
    quoted = substr(header, 1, 1) == "\""
    if (!match(header, quoted ? "^\"[^\"]*\"" : "^<[^>]*[.]h>")) return
    if (quoted) check_own_header(substr(header, 2, RLENGTH - 2))
    else check_system_header(substr(header, 2, RLENGTH - 4))
}

function check_calls(line)
{
    if (layer != "main" && line ~ ENDS) tell_line("only main ends the process")
    if (FILENAME != "io/source/entries.c" && line ~ FOLDERS)
        tell_line("io/source/entries.h reads folders: an error is not the end there")
    if (layer == "main" || layer == "cmd") return
    if (line ~ PRINTS) tell_line("nothing below cmd prints")
    if (line ~ /(^|[^A-Za-z0-9_])(stdout|stderr)([^A-Za-z0-9_]|$)/) tell_line("nothing below cmd knows stdout and stderr")
    if (line ~ ENVIRONMENT) tell_line("nothing below cmd reads the environment")
    if (line ~ OPTIONS) tell_line("nothing below cmd reads options")
}

function check_width(    line)
{
    line = $0
    # characters, not bytes: a byte 10xxxxxx of UTF-8 goes on with one
    if (length(line) > 100) gsub(/[\200-\277]/, "", line)
    if (length(line) > 100) tell_line(length(line) " columns; 100 are allowed")
}

FNR == 1 { begin_file() }
{ check_width() }
is_test { next }
FNR == 501 { print FILENAME ": more than 500 lines; 500 are allowed" }
/TO[D]O|FIX[M]E|X[X]X:/ { tell_line("unfinished") }
/^[ \t]*#[ \t]*include/ { check_include() }
{
    line = bare($0)
    check_calls(line)
    if (layer == "filters" && line ~ STATE && line !~ NO_STATE) tell_line("filters keep no state")
}
END {
    # openjpeg.h, libxml/*, netcdf*.h, hdf5.h …: one file, or the pair of a .c and its .h
    for (library in pairs)
        if (pairs[library] > 1) print library " is included by more than one pair of files:" where[library]
}
