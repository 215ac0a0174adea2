#!/usr/bin/env bash
# --help, the manual page, the completion, `subscene config` and the README's table say what the table of options says: every option, with its
# placeholder, meaning, range and default, for the commands that have it and for no others.
. "${BASH_SOURCE[0]%/*}/lib.sh" || exit 1

"$MAKE_DOCUMENTS" table >table || fail "make_documents table"
for document in manual bash zsh fish markdown; do "$MAKE_DOCUMENTS" $document >$document || fail "make_documents $document"; done
commands=$(cut -f 1 table | uniq)
[ "$(echo "$commands" | wc -l)" -ge 8 ] && [ "$(wc -l <table)" -ge 100 ] || fail "few options: $(wc -l <table)"
expect_exit 2 "$MAKE_DOCUMENTS" nothing

# The table's lines: read_option sets their fields; "-", which is nothing, becomes "".
read_option() # COMMAND OPTION
{
    IFS=$'\t' read -r letter argument default range meaning < <(awk -F'\t' -v OFS='\t' -v c="$1" -v o="$2" \
        '$1 == c && $2 == o { print $3, $4, $5, $6, $7 }' table)
    local field
    for field in letter argument default range; do [ "${!field}" != - ] || printf -v $field ''; done
    written="${letter:+-$letter, }--$2${argument:+ $argument}"
    told="$meaning${range:+ ($range)}${default:+ [$default]}"
}
options_of() { awk -F'\t' -v c="$1" '$1 == c { print $2 }' table; }

# ---- COMMAND --help ----
for command in $commands; do
    expect_exit 0 "$SUBSCENE" "$command" --help
    expect_empty "$ERR"
    cp "$OUT" asked
    expect_exit 0 "$SUBSCENE" help "$command"
    cmp -s asked "$OUT" || fail "help $command is not $command --help"
    [ "$(awk '{ print length }' asked | sort -n | tail -1)" -le 100 ] || fail "$command --help has long lines"
    # an option a line, put together again
    awk '/^exit codes:/ { exit } /^  +-/ { if (line) print line; line = "" } NF { gsub(/^ +/, ""); line = line (line ? " " : "") $0 }
        END { print line }' asked | sed '/^-/!d; s/  */ /g' >lines
    expect_equal "$(sed 's/^-., //; s/^--\([a-z-]*\).*/\1/' lines | sort)" "$(options_of "$command" | sort)" "options of $command --help"
    for option in $(options_of "$command"); do
        read_option "$command" "$option"
        grep -qxF -e "$written $told" lines || fail "$command --help: no line \"$written $told\""
    done
done

# ---- the manual ----
sed 's/\\\([-\\]\)/\1/g' manual >plain
for option in $(cut -f 2 table | awk '!seen[$0]++'); do
    having=$(awk -F'\t' -v o="$option" '$2 == o { print $1 }' table | paste -sd, | sed 's/,/, /g')
    read_option "${having%%,*}" "$option"
    grep -xF -A 2 -e ".B $written" plain >entry || fail "the manual has no $written"
    expect_equal "$(tail -n +2 entry)" "$told"$'\n'"($having)" "$option in the manual"
done
expect_equal "$(sed -n '/^.SH OPTIONS/,/^.SH EXIT/p' manual | grep -c '^.TP')" "$(cut -f 2 table | sort -u | wc -l)" "options of the manual"
for command in $commands; do expect_text plain ".B subscene $command" ".B $command"; done
if command -v man >/dev/null; then
    expect_equal "$(MANROFFOPT=-ww man --warnings -l manual 2>&1 >/dev/null | head -5)" "" "what man says about the manual"
fi

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
    for option in $(options_of "$command"); do
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
for option in $in_file; do
    read_option "$(awk -F'\t' -v o="$option" '$2 == o { print $1; exit }' table)" "$option"
    value=${default:-${argument:-false}}
    [[ $value != all* ]] || value=$argument # no way to write it: an example
    expect_equal "$(grep -xF -A 1 -e "# $told" remarks | tail -1)" "#$option = $value" "$option in subscene config"
done

# ---- the README's table ----
sed -n '/^<!-- options -->$/,/^<!-- .options -->$/{/^|/p;}' "$SOURCE_DIR/src/cmd/OPTIONS.md" >readme
diff readme markdown >difference || fail "OPTIONS.md is not what make_documents markdown prints: $(head -3 difference)"
for option in $(cut -f 2 table | awk '!seen[$0]++'); do
    having=$(awk -F'\t' -v o="$option" '$2 == o { print $1 }' table | paste -sd, | sed 's/,/, /g')
    read_option "${having%%,*}" "$option"
    row="| \`${written//|/\\|}\` | ${meaning//|/\\|}${range:+ ($range)} | $default | $having |"
    grep -qxF -e "$row" readme || fail "OPTIONS.md: no row $row"
done
expect_equal "$(wc -l <readme)" $(($(cut -f 2 table | sort -u | wc -l) + 2)) "rows of the README's table"
finish
