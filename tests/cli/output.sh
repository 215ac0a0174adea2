# Output paths that cannot be: exit 1, the path and the reason named; input and other files stay as they are.
source "$(dirname "$0")/lib.sh" || exit 1

product P --size 630 --jp2-tile 256,160,48
OPTIONS="-b B01 --size 256"
echo "mine" >file
for to in file file/below file/; do
    expect_exit 1 "$SUBSCENE" run "$P" -o "$to" $OPTIONS
    expect_line "$ERR" "error: " file
    expect_empty "$OUT"
done
expect_equal "$(cat file)" mine "the file in the way"
mkdir -p taken/L1C && echo mine >taken/L1C/January
expect_exit 1 "$SUBSCENE" run "$P" -o taken $OPTIONS
expect_line "$ERR" "error: " taken/L1C/January
long=$(printf 'a%.0s' $(seq 300))
expect_exit 1 "$SUBSCENE" run "$P" -o "$long" $OPTIONS
expect_line "$ERR" "error: " "File name too long"
deep=$(for i in $(seq 60); do printf 'folder-%014d/' "$i"; done) # 1320 characters
expect_exit 1 "$SUBSCENE" run "$P" -o "$deep" $OPTIONS
expect_line "$ERR" "error: " "folder-00000000000001/"
deeper=$(for i in $(seq 250); do printf 'folder-%014d/' "$i"; done)
expect_exit 1 "$SUBSCENE" run "$P" -o "$deeper" $OPTIONS
expect_line "$ERR" "error: " "folder-00000000000001/"
find . -name 'folder-*' | grep -q . && fail "folders were made on the way to a path that is too long"
expect_exit 2 "$SUBSCENE" run "$P" -o out $OPTIONS --layout "{product}/$long-{x}_{y}.nc"
expect_line "$ERR" "too long"

# folders are made on the way; a link to a folder is one; odd names are kept
expect_exit 0 "$SUBSCENE" run "$P" -o "made/on the/way é" $OPTIONS
expect_exit 0 "$SUBSCENE" verify "made/on the/way é" -q
mkdir elsewhere && ln -s elsewhere link
expect_exit 0 "$SUBSCENE" run "$P" -o link $OPTIONS
same_tree "made/on the/way é" elsewhere "output through a link"
ln -s nowhere dangling
expect_exit 1 "$SUBSCENE" run "$P" -o dangling $OPTIONS
expect_line "$ERR" "error: " dangling

# the umask decides who may read
(umask 077 && "$SUBSCENE" run "$P" -o private $OPTIONS -q >/dev/null)
expect_equal "$(find private -type f -perm /077 | wc -l)" 0 "files that others may read under umask 077"
(umask 022 && "$SUBSCENE" run "$P" -o public $OPTIONS -q >/dev/null)
expect_equal "$(find public -type f ! -perm 644 | wc -l)" 0 "files that are not 644 under umask 022"

# a file that may not grow (RLIMIT_FSIZE) is no crash, and leaves nothing
status=0
(ulimit -f 8 && exec timeout 60 "$SUBSCENE" run "$P" -o limited -b B01,B02,B03 --size 256) >"$OUT" 2>"$ERR" || status=$?
check_clean_stderr
case $status in 1 | 75) expect_line "$ERR" "error: " limited "File too large" ;; *) fail "a file size limit: exit $status" ;; esac
no_temporaries limited
expect_count limited 0
# too few descriptors: temporary
status=0
(ulimit -n 9 && exec timeout 60 "$SUBSCENE" run "$P" -o few --size 256) >"$OUT" 2>"$ERR" || status=$?
case $status in 75) expect_line "$ERR" "error: " "Too many open files" ;; *) fail "too few descriptors: exit $status: $(head -2 "$ERR")" ;; esac
finish
