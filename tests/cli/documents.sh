#!/usr/bin/env bash
# --help, the manual pages, the completion, `subscene config` and OPTIONS.md say what the table of options says: every option, with its
# placeholder, meaning, range and default, under its heading, for the commands that have it and for no others. All examples work.
. "${BASH_SOURCE[0]%/*}/lib.sh" || exit 1

"$MAKE_DOCUMENTS" table >table || fail "make_documents table"
for document in bash zsh fish markdown pages; do "$MAKE_DOCUMENTS" $document >$document || fail "make_documents $document"; done
commands=$(cut -f 1 table | uniq)
GROUPS_IN_ORDER=(Input "Which subscenes" Resampling Output "Labels and masks" Resources Messages)
[ "$(echo "$commands" | wc -l)" -ge 8 ] && [ "$(wc -l <table)" -ge 100 ] || fail "few options: $(wc -l <table)"
for wrong in nothing "manual nothing" "manual subscene-nothing" "manual subscene-format" "manual subscene $SOURCE_DIR/README.md"; do
    # shellcheck disable=SC2086
    expect_exit 2 "$MAKE_DOCUMENTS" $wrong
done
expect_exit 1 "$MAKE_DOCUMENTS" manual subscene-format nowhere.md

# The table's lines: read_option sets their fields; "-", which is nothing, becomes "".
declare -A row options having # "COMMAND OPTION": the fields; COMMAND: its options, OPTION: its commands, each in the order of the table
while IFS=$'\t' read -r command option fields; do
    row[$command $option]=$fields
    options[$command]+=${options[$command]+$'\n'}$option
    having[$option]+=${having[$option]+, }$command
done <table
read_option() # COMMAND OPTION
{
    local field
    IFS=$'\t' read -r letter argument default range meaning group <<<"${row[$1 $2]-}"
    for field in letter argument default range; do [ "${!field}" != - ] || printf -v $field ''; done
    written="${letter:+-$letter, }--$2${argument:+ $argument}"
    told="$meaning${range:+ ($range)}${default:+ [$default]}"
}
options_of() { echo "${options[$1]}"; }
# text_of NAME FILE: its text in a variable, between line feeds; has_line TEXT LINE: is a line of such a text equal to the line, or are two to the two?
text_of() { printf -v "$1" '\n%s\n' "$(cat "$2")"; }
has_line() { [[ $1 == *$'\n'"$2"$'\n'* ]]; }

# ---- COMMAND --help ----
for command in $commands; do
    expect_exit 0 "$SUBSCENE" "$command" --help
    expect_empty "$ERR"
    cp "$OUT" asked
    expect_exit 0 "$SUBSCENE" help "$command"
    cmp -s asked "$OUT" || fail "help $command is not $command --help"
    [ "$(awk '{ print length }' asked | sort -n | tail -1)" -le 100 ] || fail "$command --help has long lines"
    # usage, examples, headings in this order; an option a line, put together again, its heading before it
    expect_equal "$(head -3 asked | cut -c 1-15)" "usage: subscene"$'\n\n'"Examples:" "the beginning of $command --help"
    expect_equal "$(grep -xE '[A-Z][a-z ]*:' asked)" "$(printf '%s:\n' Examples "${GROUPS_IN_ORDER[@]}" "Exit codes" |
        grep -xFf <(awk -F'\t' -v c="$command" 'BEGIN { print "Examples:\nExit codes:" } $1 == c { print $8 ":" }' table))" "headings of $command --help"
    awk '/^[A-Z][a-z ]*:$/ { if (line) print line; line = ""; heading = $0; next } /^  +-/ { if (line) print line; line = heading " " }
        line && NF { gsub(/^ +/, ""); line = line (line ~ / $/ ? "" : " ") $0 } END { if (line) print line }' asked | sed '/^Exit/d; s/  */ /g' >lines
    expect_equal "$(sed 's/^[A-Z][a-z ]*: //; s/^-., //; s/^--\([a-z-]*\).*/\1/' lines | sort)" "$(options_of "$command" | sort)" "options of $command --help"
    text_of lines_text lines
    for option in ${options[$command]}; do
        read_option "$command" "$option"
        has_line "$lines_text" "$group: $written $told" || fail "$command --help: no line \"$group: $written $told\""
    done
done

# ---- the manual pages ----
plain() { sed 's/\\-/-/g; s/\\e/\\/g; s/\\&//g' "$1"; }
# a tag and its paragraph in a line, sections and headings before it
entries() { plain "$1" | awk '/^\.(SH|SS) / { if (line) print line; line = ""; next } /^\.TP$/ { if (line) print line; line = ""; next }
    /^\.B / && !line { line = substr($0, 4); next } line { line = line " " $0 } END { if (line) print line }'; }
expect_equal "$(sort pages)" "$( (printf 'subscene\ncm_vsm\n'; sed 's/^/subscene-/' <<<"$commands") | sort)" "pages"
mkdir man
for page in $(cat pages); do "$MAKE_DOCUMENTS" manual "$page" >"man/$page.1" || fail "$page(1)"; done
"$MAKE_DOCUMENTS" manual subscene-format "$SOURCE_DIR/io/FORMATS.md" >man/subscene-format.5 || fail "subscene-format(5)"
"$MAKE_DOCUMENTS" manual subscene-cluster "$SOURCE_DIR/config/CLUSTER.md" >man/subscene-cluster.7 || fail "subscene-cluster(7)"
for command in $commands; do
    page=man/subscene-$command.1
    expect_equal "$(sed -n 's/^\.SH //p' "$page" | paste -sd,)" \
        "NAME,SYNOPSIS,DESCRIPTION,OPTIONS,EXIT STATUS,EXAMPLES,SEE ALSO" "sections of ${page#man/}"
    expect_equal "$(sed -n 's/^\.SS //p' "$page")" "$(awk -F'\t' -v c="$command" '$1 == c && !seen[$8]++ { print $8 }' table)" "headings of ${page#man/}"
    entries "$page" >entry
    text_of entry_text entry
    for option in ${options[$command]}; do
        read_option "$command" "$option"
        has_line "$entry_text" "$written $told" || fail "${page#man/}: no \"$written $told\""
    done
    expect_text "$page" ".BR subscene (1)," ".BR subscene\\-format (5)," ".BR subscene\\-cluster (7)"
    expect_no_text "$page" ".BR subscene\\-$command (1)"
done
[ "$(plain man/subscene.1 | wc -l)" -le 120 ] || fail "man subscene is not short"
for command in $commands; do expect_text man/subscene.1 ".B $command" ".BR subscene\\-$command (1)"; done
# every heading, item and code line of the guides is in their pages
for guide in format.5=io/FORMATS.md cluster.7=config/CLUSTER.md; do
    page=man/subscene-${guide%=*} source=$SOURCE_DIR/${guide#*=}
    expect_equal "$(plain "$page" | grep -c '^\.SH ')" $(($(grep -c '^## ' "$source") + 3)) "sections of ${page#man/}"
    expect_equal "$(grep -c '^\.IP' "$page")" "$(awk '/^```/ { code = !code } !code && /^(- |[0-9]+\. )/' "$source" | wc -l)" "items of ${page#man/}"
    expect_equal "$(grep -c '^\.TP' "$page")" "$(awk '/^\|/ { n++; if (n > 2) print; next } { n = 0 }' "$source" | wc -l)" "rows of ${page#man/}"
    expect_equal "$(plain "$page" | awk '/^\.nf/ { on = 1; next } /^\.fi/ { on = 0 } on')" \
        "$(awk '/^```/ { code = !code; next } code' "$source" | sed 's/…/.../g')" "code of ${page#man/}"
    expect_equal "$(grep -cE '\]\(|`|\*\*' <(awk '/^\.nf/ { on = 1 } /^\.fi/ { on = 0 } !on' "$page"))" 0 "marks left in ${page#man/}"
done
for page in man/*; do
    if command -v man >/dev/null; then
        expect_equal "$(MANROFFOPT=-ww MANWIDTH=80 man --warnings -l "$page" 2>&1 >/dev/null | head -5)" "" "what man says about ${page#man/}"
    fi
    if command -v mandoc >/dev/null; then
        expect_equal "$(mandoc -T lint "$page" | head -5)" "" "what mandoc says about ${page#man/}"
    fi
done

# ---- completion: asked as bash does ----
. ./bash
completed_by() # FUNCTION WORD...: what is offered for the last word
{
    local function=$1
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    COMPREPLY=()
    $function
    printf '%s\n' "${COMPREPLY[@]}"
}
completed() { completed_by _subscene "$@"; }
expect_equal "$(completed "" | grep -v '^--' | sort)" "$(echo "$commands" | sort)" "commands of the completion"
for command in $commands; do
    expect_equal "$(completed "$command" -- | sort)" "$(options_of "$command" | sed 's/^/--/' | sort)" "completion of $command --"
    for option in ${options[$command]}; do
        read_option "$command" "$option"
        [[ $range == *", "* && $option != bands ]] || continue
        expect_equal "$(completed "$command" "--$option" "")" "${range//, /$'\n'}" "completion of $command --$option"
    done
done

expect_equal "$(complete -p subscene cm_vsm)" "complete -o default -F _subscene subscene
complete -o default -F _cm_vsm cm_vsm" "functions of the two programs"
ln -s "$SUBSCENE" cm_vsm
expect_exit 0 ./cm_vsm --help
expect_equal "$(completed_by _cm_vsm -)" "$(sed -n 's/^  \(-[^ ]*\).*/\1/p' "$OUT")" "flags of cm_vsm"
expect_equal "$(completed_by _cm_vsm -d PRODUCT -m la)" lanczos "filters of cm_vsm"
expect_equal "$(completed_by _cm_vsm -M "")" THEIA$'\n'MAJA "values of cm_vsm -M"
expect_equal "$(completed_by _cm_vsm -O "")" "" "file names are readline's own"

# ---- the same in fish and zsh ----
in_fish() { fish -c "source fish; complete -C '$*'" | cut -f 1; }
for shell in fish zsh; do
    command -v $shell >/dev/null || { skip_part "there is no $shell here"; continue; }
    expect_exit 0 $shell -n $shell
done
if command -v fish >/dev/null; then
    export HOME=$TMP # it keeps files there
    expect_equal "$(in_fish "subscene " | sort)" "$(echo "$commands" | sort)" "commands in fish"
    for command in run verify; do
        expect_equal "$(in_fish "subscene $command --" | sort)" "$(options_of $command | sed 's/^/--/' | sort)" "options of $command in fish"
    done
    expect_equal "$(in_fish "subscene run --edge " | sort)" drop$'\n'pad$'\n'shift "values in fish"
    expect_equal "$(in_fish "cm_vsm -M " | sort)" MAJA$'\n'THEIA "values of cm_vsm -M in fish"
fi
for command in $commands; do
    sed -n "/^    $command)/,/;;\$/p" zsh >arguments
    expect_equal "$(sed -n "s/.*'\*--\([a-z-]*\)\[.*/\1/p" arguments | sort)" "$(options_of "$command" | sort)" "options of $command in zsh"
done

# ---- subscene config: all that may stand in a file ----
expect_exit 0 "$SUBSCENE" config
[ "$(awk '{ print length }' "$OUT" | sort -n | tail -1)" -le 110 ] || fail "subscene config has long lines"
# a remark a line, put together again
awk '/^# / { line = line (line ? " " : "") substr($0, 3); next } { if (line) print "# " line; line = ""; print }' "$OUT" >remarks
in_file=$(cut -f 2 table | awk '!seen[$0]++' | grep -vxE 'config|help|version')
expect_equal "$(grep -oE '^#[a-z-]+ = ' "$OUT" | tr -d '#= ' | sort)" "$(echo "$in_file" | sort)" "keys that subscene config prints"
text_of remarks_text remarks
for option in $in_file; do
    read_option "${having[$option]%%,*}" "$option"
    value=${default:-${argument:-false}}
    [[ $value != all* ]] || value=$argument # no way to write it: an example
    has_line "$remarks_text" "# $told"$'\n'"#$option = $value" || fail "subscene config: no \"# $told\" above \"#$option = $value\""
done

# ---- OPTIONS.md ----
sed -n '/^<!-- options -->$/,/^<!-- .options -->$/{/^</d;p;}' "$SOURCE_DIR/src/cmd/OPTIONS.md" | sed '1{/^$/d;}; ${/^$/d;}' >options
diff options markdown >difference || fail "OPTIONS.md is not what make_documents markdown prints: $(head -3 difference)"
text_of options_text options
for option in "${!having[@]}"; do
    read_option "${having[$option]%%,*}" "$option"
    item="- \`$written\`: $told. *${having[$option]}*"
    has_line "$options_text" "$item" || fail "OPTIONS.md: no item $item"
done
expect_equal "$(grep -c '^- ' options)" "$(cut -f 2 table | sort -u | wc -l)" "items of OPTIONS.md"

# ---- the examples work: of --help, which are those of the manual pages ----
product P --size 1590 --jp2-tile 512,256,128 --masks fmask
mkdir programs
ln -s "$SUBSCENE" programs/subscene
ln -s "$SUBSCENE" programs/cm_vsm
PATH=$TMP/programs:$PATH
mkdir examples
cp -r "$P" examples/PRODUCT.SAFE
cd examples || exit 1
echo PRODUCT.SAFE >products.txt
echo '{"type": "Polygon", "coordinates": [[[23.6, 58.5], [23.62, 58.5], [23.62, 58.51], [23.6, 58.5]]]}' >field.geojson
cat >annotations.xml <<END
<annotations><version>1.1</version><image id="0" name="tile_1_1.png" width="512" height="512"><polygon label="CLOUD"
points="0,0;50,0;50,60;0,60" z_order="0"/></image></annotations>
END
examples_of_page() { plain "$1" | sed -n '/^\.SH EXAMPLES/,/^\.SH SEE/s/^\.B //p'; }
for command in $commands; do # each builds on the ones before it
    expect_exit 0 subscene help "$command"
    sed -n '/^Examples:/,/^$/s/^  \([^ ]\)/\1/p' "$OUT" >lines
    [ -s lines ] || fail "$command --help has no examples"
    expect_equal "$(cat lines)" "$(examples_of_page "../man/subscene-$command.1")" "examples of subscene-$command(1)"
    if [ "$command" = label ]; then # subscenes of two sizes
        expect_exit 0 subscene run PRODUCT.SAFE -o OLD -q -b B02 --size 128
        expect_exit 0 subscene run PRODUCT.SAFE -o NEW -q -b B02 --size 256 --no-masks
    fi
    while IFS= read -r line; do
        expect_exit 0 bash -c "$line"
        grep -q "warning: \|error: " "$ERR" && fail "$line: $(head -1 "$ERR")"
    done <lines
done
for page in subscene cm_vsm; do
    examples_of_page "../man/$page.1" >lines
    [ -s lines ] || fail "$page(1) has no examples"
    while IFS= read -r line; do expect_exit 0 bash -c "$line"; done <lines
done
expect_equal "$(find . -name '*.nc' -path './CHOSEN/*' | wc -l)" 10 "subscenes that the examples of select choose"
finish
