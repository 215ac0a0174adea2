# What a terminal shows: a progress line that fits, over a whole list, and colour; and what the JSON log says of progress.
source "$(dirname "$0")/lib.sh" || exit 1
command -v python3 >/dev/null || skip_all "python3 is missing"

# terminal.py COLUMNS COMMAND…: runs it with stderr, and stdout, at a terminal of that width; prints what it wrote there. Exits with the command's status.
# With LATER=COLUMNS the terminal gets that width once the progress line is there; its later output comes after a line "#".
cat >terminal.py <<'END'
import fcntl, os, pty, struct, sys, termios
def resize(fd, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
pid, terminal = pty.fork()
if pid == 0:
    os.read(0, 1)  # until the width is set
    os.execvp(sys.argv[2], sys.argv[2:])
attributes = termios.tcgetattr(terminal)
attributes[3] &= ~termios.ECHO
termios.tcsetattr(terminal, termios.TCSANOW, attributes)
resize(terminal, int(sys.argv[1]))
os.write(terminal, b"\n")
later, out = os.environ.get("LATER"), sys.stdout.buffer
while True:
    try:
        data = os.read(terminal, 65536)
    except OSError:
        break
    if not data:
        break
    out.write(data)
    if later and b"left" in data:
        resize(terminal, int(later))
        out.write(b"\n#\n")
        later = None
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) % 256)
END
# lines.py FILE: the progress lines of it, as they stood there
cat >lines.py <<'END'
import re, sys
text = open(sys.argv[1], newline="", encoding="latin-1").read()
for line in re.findall(r"\r([^\r\n\033]+)\033\[K", text):
    print(line)
END
python3 terminal.py 80 true || skip_all "there are no pseudo-terminals"

at() # at COLUMNS EXIT COMMAND…: its progress lines are in `lines`, all it wrote in `screen`
{
    local columns=$1 want=$2 got=0
    shift 2
    timeout 120 python3 terminal.py "$columns" "$@" >screen || got=$?
    expect_equal $got "$want" "exit at a terminal of $columns columns"
    python3 lines.py screen >lines
}

export TERM=xterm
unset NO_COLOR
OPTIONS="-b B01,B05 --size 96 --layout flat"
for month in 1 2 3; do
    product "P$month" --size 1110 --jp2-tile 256,160,48 --bands B01,B05 --sensing "20200${month}10T221941"
done
ls -d P*/*.SAFE >list

# ---- the line ----
expect_exit 0 "$SUBSCENE" run @list -o clean $OPTIONS
for columns in 20 40 80 200; do
    [ $columns = 200 ] || in_sample 1 3 || continue # the last one is looked at below
    rm -rf out
    at $columns 0 "$SUBSCENE" run @list -o out $OPTIONS
    same_tree clean out "a run at a terminal of $columns columns"
    expect_equal "$(awk -v n="$columns" 'length($0) >= n' lines)" "" "progress lines of $columns columns and more"
    [ "$(wc -l <lines)" -ge 6 ] || fail "$columns columns: only $(wc -l <lines) progress lines"
    expect_line lines "144/144"
    [ "$columns" = 20 ] || for k in 1 2 3; do expect_line lines "$k of 3  "; done
done
expect_line lines "3 of 3  S2A_MSIL1C_20200310T221941" "[####" "144/144" "/s" # 200 columns
expect_line lines "1 of 3  " " left"
tail -1 lines | grep -q " left" && fail "time left at the end: $(tail -1 lines)"

# what is there already is done, and says nothing of the rate
at 80 0 "$SUBSCENE" run @list -o out $OPTIONS
expect_line lines "3 of 3  " "144/144"
expect_no_text lines "/s"

# one product is no list; another command has its own name
rm -rf one
at 60 0 "$SUBSCENE" run "$P1" -o one $OPTIONS
expect_no_text lines " of "
at 40 0 "$SUBSCENE" verify out/*20200110*
expect_line lines "verify [" "144/144"

# a window that becomes narrower
rm -rf out
LATER=30 at 100 0 "$SUBSCENE" run @list -o out $OPTIONS
sed -n '/^#$/,$p' screen >rest
[ -s rest ] || fail "no time left was shown"
python3 lines.py rest | sed 1,2d >lines # one may have been under way
expect_line lines "3 of 3  144/144"
expect_equal "$(awk 'length($0) >= 30' lines)" "" "progress lines that are as wide as the window was"

# without a width, or what can erase
at 0 0 "$SUBSCENE" run "$P1" -o wide $OPTIONS
expect_equal "$(awk 'length($0) >= 80' lines)" "" "progress lines at a terminal of unknown width"
expect_line lines "[####"
TERM=dumb at 80 0 "$SUBSCENE" run "$P1" -o dumb $OPTIONS
expect_no_text screen $'\033'
expect_no_text screen "[####"

# ---- colour ----
red=$'\033[1;31merror\033[0m: ' yellow=$'\033[1;33mwarning\033[0m: '
echo "# none" >none
has_colour() # has_colour COMMAND…: as the environment is, for a list with an error, and one with a warning
{
    at 80 3 "$@" "$SUBSCENE" run "$P1-gone" -o out2 $OPTIONS
    expect_text screen "subscene: ${red}$P1-gone"
    at 80 0 "$@" "$SUBSCENE" run @none -o out2 $OPTIONS
    expect_text screen "subscene: ${yellow}the list"
    expect_equal "$(grep -c $'\033\[1' screen)" 1 "lines with colour"
}
has_no_colour()
{
    at 80 3 "$@" "$SUBSCENE" run "$P1-gone" -o out2 $OPTIONS
    expect_no_text screen $'\033['
    expect_text screen "subscene: error: $P1-gone"
    at 80 0 "$@" "$SUBSCENE" run @none -o out2 $OPTIONS
    expect_no_text screen $'\033['
    expect_text screen "subscene: warning: the list"
}
has_colour env
has_colour env NO_COLOR=
has_colour env -u TERM
has_no_colour env NO_COLOR=1
has_no_colour env NO_COLOR=0
has_no_colour env TERM=dumb
at 80 3 "$SUBSCENE" run "$P1-gone" -o out2 $OPTIONS --log-format json
expect_no_text screen $'\033['
has_no_colour bash -c '"$@" 2>&1 | cat; exit ${PIPESTATUS[0]}' bash # stderr is no terminal
expect_exit 3 "$SUBSCENE" run "$P1-gone" -o out2 $OPTIONS --progress always
expect_no_text "$ERR" $'\033[1'
at 80 2 "${SUBSCENE%/*}/cm_vsm" --no-such-flag
expect_text screen "cm_vsm: ${red}"

# ---- progress in the JSON log ----
# long_run SECONDS OPTION…: two products in a process that stands still for a while in the second one
long_run()
{
    local child seconds=$1
    shift
    rm -rf long
    "$SUBSCENE" run "$P1" "$P2" -o long -b B01,B05 --size 48 --layout flat -j 1 --log-format json "$@" >"$OUT" 2>"$ERR" &
    child=$!
    until ls long/*20200210*/*.nc >/dev/null 2>&1; do kill -0 $child 2>/dev/null || break; sleep 0.02; done
    kill -STOP $child 2>/dev/null || fail "the run was over before it could be stopped"
    sleep "$seconds"
    kill -CONT $child
    wait $child || fail "exit $? of a run that stood still"
}
long_run 5.2
python3 - "$ERR" <<'END' || fail "the event progress"
import json, sys
from datetime import datetime
lines = [json.loads(line) for line in open(sys.argv[1])]
told = [line for line in lines if line.get("event") == "progress"]
assert told, lines
assert any(line["k"] == 2 for line in told), told
for line in told:
    assert set(line) == {"time", "level", "event", "product", "k", "n", "done", "total", "rate", "seconds_left"}, line
    assert line["level"] == "info" and line["n"] == 2 and line["total"] == 576, line
    assert line["product"].startswith("S2A_MSIL1C_20200%d10T221941" % line["k"]), line
    assert 0 < line["done"] <= line["total"] and line["rate"] > 0 and line["seconds_left"] > 0, line
    assert line["k"] == 1 or abs(line["seconds_left"] - (line["total"] - line["done"]) / line["rate"]) < 0.01 * line["seconds_left"] + 0.01, line
times = [datetime.fromisoformat(line["time"][:-1]).timestamp() for line in told]
assert all(b - a >= 4 for a, b in zip(times, times[1:])), times  # of whole seconds
END
long_run 5.2 --progress never
expect_no_text "$ERR" '"progress"'
long_run 0 --progress always # sooner there is none; and never a line that is drawn
expect_equal "$(grep -c '"event":"progress"' "$ERR")" "$(grep -c '"event":"progress","product"' "$ERR")"
expect_no_text "$ERR" $'\033'
finish
