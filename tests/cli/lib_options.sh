# Shared by options_COMMAND.sh: each option of one command has an accepted value that changes what the command gives, as documented.
#
#   options_of COMMAND WORD...                   calls are: subscene COMMAND WORD... (and -o out where the command has -o)
#   changes --OPTION[=VALUE] "PROBE" WITHOUT WITH    calls it without and with the option; after each, PROBE (a command with words; it sees
#                                                the folder out, $OUT, $ERR and $STATUS) must print what is told
#   common_options                               the same for those that most commands have
#   talking_options TEXT                         likewise for commands that have no threads
#   finish_options                               fails for options of the command that no `changes` has shown; then as finish
#
# Before a `changes` may be set: WITH_BOTH="WORDS" (options of both calls), BEFORE=DIR (what is in the folder already).
. "${BASH_SOURCE[0]%/*}/lib.sh" || exit 1

WITH_BOTH='' BEFORE='' shown=''

# The command's options, a line each.
options_in_table() { "$MAKE_DOCUMENTS" table | awk -F'\t' -v c="$COMMAND" '$1 == c { print $2 }'; }
has_option() { [[ " $OPTIONS " == *" $1 "* ]]; }

options_of()
{
    COMMAND=$1
    shift
    WORDS=("$@")
    OPTIONS=$(options_in_table | paste -sd' ')
    [ -n "$OPTIONS" ] || fail "the table knows no options of $COMMAND"
    has_option output && WORDS+=(-o out)
}

call() # OPTION...
{
    STATUS=0
    rm -rf out
    [ -z "$BEFORE" ] || cp -a "$BEFORE" out
    # shellcheck disable=SC2086  # a list of words
    timeout -k 5 120 "$SUBSCENE" "$COMMAND" "${WORDS[@]}" $WITH_BOTH "$@" >"$OUT" 2>"$ERR" || STATUS=$?
    check_clean_stderr
}

# What the call without an option gives is kept for the next one with the same words; `forget` where the input is changed.
declare -A kept_in kept_status
forget() { kept_in=(); }
call_without()
{
    local key="$COMMAND|${WORDS[*]}|$WITH_BOTH" there
    [ -z "$BEFORE" ] || { call; return; }
    there=${kept_in[$key]-}
    if [ -n "$there" ]; then
        rm -rf out
        cp -a "$there/." .
        STATUS=${kept_status[$key]}
        return
    fi
    call
    there=$(mktemp -d "$TMP/without.XXXXXX") || exit 1
    cp -a "$OUT" "$ERR" "$there" && { [ ! -e out ] || cp -a out "$there"; } || exit 1
    kept_in[$key]=$there kept_status[$key]=$STATUS
}

changes()
{
    local option=$1 probe=$2 name=${1#--} without with
    name=${name%%=*}
    call_without
    without=$($probe)
    call "$option"
    with=$($probe)
    expect_equal "$without" "$3" "$COMMAND $WITH_BOTH without --$name, $probe"
    expect_equal "$with" "$4" "$COMMAND $WITH_BOTH $option, $probe"
    [ "$3" != "$4" ] || fail "$option shows nothing: $3 with and without"
    has_option "$name" || fail "$COMMAND has no option --$name"
    [[ " $shown " == *" $name "* ]] || shown+=" $name"
}

# ---- probes ----
status() { echo "$STATUS"; }
said() { grep -qF -e "$*" "$OUT" && echo yes || echo no; }
told() { grep -qF -e "$*" "$ERR" && echo yes || echo no; }
messages() { grep -qv '^.\[K' "$ERR" && echo some || echo none; }
threads() { sed -n 's/.* \([0-9]*\) threads.*/\1/p' "$ERR" | sort -u; }
files() { (cd out 2>/dev/null && find . -name '*.nc' -printf '%f\n' | sort | paste -sd' '); }
file_count() { files | wc -w; }
pictures() { (cd out && find . -name '*_tile_1_1.png' -printf '%f\n' | sort | paste -sd' '); } # of tile_1_1
is_there() { [ -e "$1" ] && echo yes || echo no; }
messages_as() { awk '{ json += /^\{"time":.*"level":.*"message":.*\}$/; plain += /^subscene: / } END { print json == NR ? "json" : plain == NR ? "text" : "both" }' "$ERR"; }
remade() { find out -name '*.nc' -newermt 2002-01-01 | wc -l; } # of a BEFORE that was made old by `aged`
aged() { find "$1" -exec touch -d 2001-01-01 {} +; }
of_file() { find out -name "$1" | head -1; }
# `of_parameters NAME FILE`: a word of the parameters that a file gives
of_parameters() { grep -oaE 'format=[0-9]+ bands=[ -~]*' "$(of_file "$2")" | tr ' ' '\n' | sed -n "s/^$1=//p"; }

# What the probes read files with.
need_ncdump() { command -v ncdump >/dev/null || skip_all "ncdump is missing"; }
header() { ncdump -hs "$(of_file "$1")"; } # header FILE
attribute() { header "$1" | sed -n "s/^[[:space:]]*$2 = \(.*\) ;$/\1/p" | tr -d '"'; } # attribute FILE [VARIABLE]:NAME
numbers() { ncdump -v "$2" "$1" | sed -n "/^ $2 =/,/;/p" | sed "s/^ $2 =//" | tr -d ' ;' | tr ',' '\n' | grep .; } # numbers PATH BAND
lowest() { numbers "$(of_file "$1")" "$2" | awk '$1 > 0 && (low == "" || $1 < low) { low = $1 } END { print low }'; } # but for no data

# ---- where class layers come from: of subscenes of 256 px, tile_1_1 is looked at ----
label_file() # label_file FILE CATEGORY
{
    printf '<annotations><version>1.1</version><image id="0" name="tile_1_1.png" width="256" height="256">
<box label="%s" xtl="0" ytl="0" xbr="256" ybr="128" z_order="0"></box></image></annotations>\n' "$2" >"$1"
}

# label_sources: cloud.xml, clear.xml and own.xml of CVAT, seg of Segments.ai, sup of Supervisely, own.ini, and mask.png for a product of 630 × 630 px
label_sources()
{
    label_file cloud.xml cloud
    label_file clear.xml clear
    label_file own.xml fog
    # PNG by hand needs a program: an image of ids, 0 above and 2 below; one of 0 on the left and 1 on the right
    command -v python3 >/dev/null || skip_all "python3 is missing"
    mkdir -p seg/tile_1_1
    echo '{"label_map": [{"id": 2, "category_name": "cloud_shadow"}]}' >seg/tile_1_1/segments_ai_classes.json
    mkdir -p sup/ds0/ann
    echo '{"size": {"width": 256, "height": 256}, "objects": [{"geometryType": "polygon", "classTitle": "SEMI_TRANSPARENT_CLOUD",
        "points": {"exterior": [[0, 0], [64, 0], [64, 256], [0, 256]], "interior": []}}]}' >sup/ds0/ann/tile_1_1.png.json
    printf '[layer]\nname = Label\nkind = codes\nunlabelled = 1\n[codes]\n1 = 1\n3 = 3\n[categories]\nfog = 3\ncloud = 4\n' >own.ini
    python3 - <<'END'
import struct, zlib
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
def write(path, side, value):
    rows = b"".join(b"\0" + bytes(value(x, y) for x in range(side)) for y in range(side))
    open(path, "wb").write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
                           + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
write("seg/tile_1_1/segments_ai_classification_mask.png", 256, lambda x, y: 2 * (y >= 192))
write("mask.png", 630, lambda x, y: x >= 256 + 64)
END
}

# How many pixels of a class layer have which code: "4:32768 5:32768"
codes_of() # codes_of LAYER
{
    local file
    file=$(of_file tile_1_1.nc)
    ncdump -h "$file" | grep "ubyte $1(" >/dev/null || { echo none; return; }
    numbers "$file" "$1" | sort -n | uniq -c | awk '{ printf "%s%s:%s", (NR > 1 ? " " : ""), $2, $1 }'
}
codes() { codes_of Label; }
layers() { header "$1" | sed -n 's/^[[:space:]]*ubyte \([A-Za-z0-9_-]*\)(.*/\1/p' | paste -sd' '; } # layers FILE

# What the options of all commands that write class layers do.
label_options()
{
    changes --cvat=cloud.xml codes none "4:32768 5:32768"
    changes --segments=seg codes none "2:16384 5:49152"
    changes --supervisely=sup codes none "3:16384 5:49152"
    WITH_BOTH="--cvat cloud.xml" changes --unlabelled=1 codes "4:32768 5:32768" "1:32768 4:32768"
    WITH_BOTH="--cvat own.xml" changes --map=own.ini codes none "1:32768 3:32768"
    WITH_BOTH="--cvat cloud.xml" changes --map=kappaset codes "4:32768 5:32768" "0:32768 4:32768"
    has_option drop-labels || return
    call --cvat=cloud.xml
    cp -r out labelled
    BEFORE=labelled WITH_BOTH=--overwrite changes --drop-labels codes "4:32768 5:32768" none
}
raster_options()
{
    changes --raster=SS2C=mask.png "codes_of SS2C" none "1:16384 4:49152"
    changes --raster=Mine=mask.png:keep "codes_of Mine" none "0:16384 1:49152"
    WITH_BOTH="--raster SS2C=mask.png" changes --raster=Mine=mask.png:keep "layers tile_1_1.nc" SS2C "SS2C Mine"
}

# ---- what most commands have ----
common_options()
{
    echo "verbose = true" >config.ini
    changes --config=config.ini "told threads" no yes
    WITH_BOTH="-v -j 2" changes --threads=3 threads 2 3
    changes --verbose "told threads" no yes
    WITH_BOTH="-v" changes --quiet messages some none
    WITH_BOTH="-v" changes --log-format=json messages_as text json
    changes --version "said subscene ${VERSION:=$("$SUBSCENE" --version | sed 's/^subscene \([^ ]*\).*/\1/')}" no yes
    changes --help "said usage: subscene $COMMAND" no yes
    has_option progress || return
    changes --progress=always "told [####" no yes
}

# Those of commands that work on one thread: `talking_options TEXT`, which is told with --verbose only.
talking_options()
{
    echo "verbose = true" >config.ini
    changes --config=config.ini "told $1" no yes
    changes --verbose "told $1" no yes
    changes --quiet messages some none
    changes --log-format=json messages_as text json
    changes --version "said subscene $("$SUBSCENE" --version | sed 's/^subscene \([^ ]*\).*/\1/')" no yes
    changes --help "said usage: subscene $COMMAND" no yes
    has_option progress || return
    changes --progress=always "told [####" no yes
}

# Those of commands that make files: `making_options N`, which is how many files a call makes.
making_options()
{
    changes --output=elsewhere "is_there elsewhere" no yes
    changes --dry-run file_count "$1" 0
    call --dry-run
    expect_equal "$(grep -c '\.nc$' "$OUT")" "$1" "files that --dry-run lists"
    call
    cp -r out kept
    aged kept
    BEFORE=kept changes --overwrite remade 0 "$1"
    same_tree kept out "--overwrite with the same parameters"
    has_option memory || return
    changes --memory=1M status 0 2
    expect_line "$ERR" "--memory 1M is too little: this needs"
    [ -z "$(files)" ] || fail "a refused plan makes files"
    call --memory=1G
    same_tree kept out "--memory 1G"
}

# Of commands that hold the product's folder: the lock of somebody else is too old only with the option.
lock_options() # FOLDER [FILE]: what is there before, and which of it is not
{
    rm -rf locked
    cp -a "$1" locked
    [ $# = 1 ] || rm "$(find locked -name "$2")"
    foreign_lock "$(folder_of locked)" 60
    BEFORE=locked changes --lock-timeout=30 status 75 0
    expect_line "$ERR" "warning: " "taken over: elsewhere pid 4711, job 12_3, at work since 2026-01-01T00:00:00Z, has not renewed it for 6"
    expect_absent "$(folder_of out)/.subscene.lock"
}

finish_options()
{
    local option
    for option in $OPTIONS; do
        [[ " $shown " == *" $option "* ]] || fail "nothing here shows what --$option does in $COMMAND"
    done
    finish
}

# --decoder, shown on images that the own one does not cover: their headers name another code-block style.
decoder_option() # PRODUCT
{
    local image cod
    for image in "$1"/GRANULE/*/IMG_DATA/*.jp2; do
        cod=$(LC_ALL=C grep -obUaP '\xff\x52' "$image" | head -1 | cut -d: -f1)
        poke "$image" $((cod + 12)) '\x20'
    done
    forget
    changes --decoder=own "count_errors" 0 1
}
count_errors() { grep -c -- "--decoder own does not cover" "$ERR"; }
