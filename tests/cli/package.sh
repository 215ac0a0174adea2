# The package: its fields, files and modes, and all that it installs at work in its installed place.
#   ctest -R cli_package                  builds it, extracts it with dpkg-deb into a temporary folder and tries it there
#   bash tests/cli/package.sh bare        the same, and then apt-get installs and removes it in a bare tree of this system (root, network,
#                                         mmdebstrap; some minutes)
mode=${1-}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
export SOURCE_DIR=${SOURCE_DIR-$root} SUBSCENE=${SUBSCENE-$root/build/release/subscene}
BUILD=${SUBSCENE%/*}
export MAKE_PRODUCT=${MAKE_PRODUCT-$BUILD/testdata/make_product} MAKE_DOCUMENTS=${MAKE_DOCUMENTS-$BUILD/make_documents}
. "${BASH_SOURCE[0]%/*}/lib.sh" || exit 1

[ -z "$SANITIZE" ] || skip_all "a package of a build with sanitizers is of no use"
for tool in cmake cpack dpkg-deb dpkg-shlibdeps file; do
    command -v $tool >/dev/null || skip_all "there is no $tool here: sh config/install_packages.sh package"
done
[ -f "$BUILD/packed/done" ] || skip_all "the documents are not built"
product P --size 252 --bands B02,B8A --scene texture
OPTIONS="-b B02,B8A --size 64"
expect_exit 0 "$SUBSCENE" run "$P" -o wanted -q $OPTIONS

# ---- what is in it; the umask must not count ----
(umask 077 && cpack --config "$BUILD/CPackConfig.cmake" -B "$TMP/packing") >log 2>&1 || { fail "cpack: $(tail -5 log)"; finish; }
DEB=$(echo packing/*.deb)
field() { dpkg-deb -f "$DEB" "$1"; }
expect_equal "$DEB" "packing/subscene_$(field Version)_$(dpkg --print-architecture).deb" "name of the package"
"$SUBSCENE" --version | grep -q "^subscene $(field Version) " || fail "version $(field Version)"
expect_equal "$(field Package) $(field Section) $(field Priority)" "subscene science optional" "fields"
[[ $(field Maintainer) =~ ^[^\<]+\ \<[^@\ ]+@[^@\ ]+\.[^@\ ]+\>$ ]] || fail "maintainer $(field Maintainer)"
[ "$(field Description | awk '{ print length }' | sort -n | tail -1)" -le 80 ] || fail "the description has long lines"
for library in c6 deflate fftw3 geos-c hdf5 inih jansson netcdf nettle openjp2 png proj tiff xml2 zip; do
    [[ ", $(field Depends)" == *", lib$library"* ]] || fail "no dependency on lib$library: $(field Depends)"
done
gzip -dc "$BUILD/packed/changelog.gz" | head -1 | grep -q "^subscene ($(field Version))" || fail "the changelog is of another version"
if command -v lintian >/dev/null; then
    expect_exit 0 lintian --allow-root --fail-on error,warning "$DEB"
    sed 's/^/    | /' "$OUT"
else
    skip_part "there is no lintian here"
fi

dpkg-deb -c "$DEB" | awk '{ print $1, $2, $6, $7, $8 }' | sed 's/ *$//' >list
expect_equal "$(grep -v '^[-dl][rwx-]* root/root \./' list)" "" "files of others than root"
expect_equal "$(grep '^d' list | grep -v '^drwxr-xr-x ')" "" "modes of folders"
expect_equal "$(sed -n 's/^l.* root.root //p' list)" "./usr/bin/cm_vsm -> subscene
./usr/share/bash-completion/completions/cm_vsm -> subscene
./usr/share/fish/vendor_completions.d/cm_vsm.fish -> subscene.fish" "links"
expect_equal "$(sed -n 's/^-rwxr-xr-x root.root //p' list)" "./usr/bin/subscene
./usr/share/subscene/slurm/subscene-report.sh
./usr/share/subscene/slurm/subscene-submit.sh
./usr/share/subscene/snakemake/status.sh" "programs"
expect_equal "$(grep '^-' list | grep -v '^-rw[x-]r-[x-]r-[x-] ')" "" "modes of files"
{
    for page in "$BUILD"/*.[1-8]; do echo "man/man${page##*.}/${page##*/}.gz"; done
    for map in "$SOURCE_DIR"/config/classes/*.ini; do echo "subscene/classes/${map##*/}"; done
    printf '%s\n' bash-completion/completions/subscene fish/vendor_completions.d/subscene.fish zsh/vendor-completions/_subscene \
        doc/subscene/{README.md,copyright,changelog.gz} doc/subscene/config/{USE,CLUSTER,README}.md doc/subscene/io/FORMATS.md \
        subscene/cwl/{subscene.cwl,products.cwl,job.yml} subscene/slurm/{subscene-submit.sh,subscene-report.sh,subscene_report.py} \
        subscene/snakemake/{Snakefile,config.yaml,status.sh}
} | sed 's|^|./usr/share/|' >files
expect_equal "$(grep -vxFf <(sed 's/^[^ ]* [^ ]* //' list) files)" "" "files that are not in it"
expect_equal "$(sed 's/^[^ ]* [^ ]* //; /\/$/d; s/ -> .*//' list | grep -vxFf files |
    grep -vE '^\./usr/(bin/(subscene|cm_vsm)|share/doc/subscene/.*\.(md|png)|share/.*/cm_vsm(\.fish)?)$')" "" "files that nobody expects"

# ---- extracted: the programs ----
dpkg-deb -x "$DEB" root
USR=$TMP/root/usr
expect_exit 0 env -i "$USR/bin/subscene" --version
expect_exit 0 env -i "$USR/bin/subscene" run "$P" -o out -q $OPTIONS
same_tree wanted out "the packaged program"
expect_exit 0 env -i "$USR/bin/subscene" verify out # reads with its helper process
expect_exit 0 env -i "$USR/bin/cm_vsm" --version
expect_equal "$(cat "$OUT")" "$("$BUILD/cm_vsm" --version)" "banner of cm_vsm"

# ---- documents ----
for page in "$USR"/share/man/man*/*; do
    gzip -dc "$page" | head -1 | grep -qE '^\.(TH|so man[1-8]/)' || fail "${page##*/} is no manual page"
    included=$(gzip -dc "$page" | sed -n 's/^\.so //p')
    [ -z "$included" ] || [ -f "$USR/share/man/$included.gz" ] || fail "${page##*/}: there is no $included"
    ! command -v man >/dev/null || expect_exit 0 env MANPATH="$USR/share/man" man -w "$(basename "$page" .gz | sed 's/\.[1-8]$//')"
done
expect_equal "$(bash -c '. "$1" && complete -p subscene cm_vsm | wc -l' - "$USR/share/bash-completion/completions/cm_vsm")" 2 "completions"
cd "$USR/share/doc/subscene" || exit 1
find . -name '*.md' | while read -r page; do
    grep -oE '\]\([^)#h][^)]*\)' "$page" | sed 's/^](//; s/)$//; s/#.*//' | while read -r link; do
        [ -e "$(dirname "$page")/$link" ] || echo "$page: $link (config/package/install.cmake lists the guides)"
    done
done >"$TMP/broken"
cd "$TMP" || exit 1
expect_equal "$(cat broken)" "" "links of the guides"

# ---- the scripts, with a Slurm that only counts, and no other subscene ----
mkdir bin
printf '#!/bin/sh\necho 4711\n' >bin/sbatch
printf '#!/bin/sh\nprintf "%%s\\n" "MaxArraySize = 1001" "MaxJobCount = 10000"\n' >bin/scontrol
printf '#!/bin/sh\n' >bin/squeue
chmod +x bin/*
SHARE=$USR/share/subscene PATH_ALONE=$TMP/bin:/usr/bin:/bin
alone="env -u SUBSCENE PATH=$PATH_ALONE"
echo "$P" >products.txt
if [ -x /usr/bin/python3 ] && ! $alone sh -c 'command -v subscene' >/dev/null; then
    expect_exit 0 $alone "$SHARE/slurm/subscene-submit.sh" products.txt -o array -- $OPTIONS
    expect_equal "$(cat "$OUT")" 4711 "job"
    expect_text array-logs/round.1/task.sh "exec '$USR/bin/subscene' run"
    next=$(sed -n 's/^subscene-submit: next: //p' "$ERR")
    expect_equal "${next%% *}" "$SHARE/slurm/subscene-report.sh" "the next script"
    expect_exit 0 $alone SLURM_ARRAY_TASK_ID=1 sh array-logs/round.1/task.sh array-logs/round.1/1/list 1
    same_tree wanted array "the array's task"
    expect_exit 0 $alone sh -c "$next"
    expect_line "$OUT" done "$(basename "$P" .SAFE)"
    expect_equal "$($alone "$SHARE/snakemake/status.sh" 1)" failed "a job that is not there"
else
    skip_part "there is no python3, or a subscene is installed: the scripts for Slurm"
fi
if command -v cwltool >/dev/null; then
    printf '%s\n' "products: [{class: Directory, path: $P}]" "bands: [B02, B8A]" "size: 64" >job.yml
    expect_exit 0 env PATH="$USR/bin:$PATH" cwltool --no-container --quiet --tmpdir-prefix "$TMP/t" --tmp-outdir-prefix "$TMP/o" --outdir cwl \
        "$SHARE/cwl/products.cwl" job.yml
    same_tree "$(folder_of wanted)" cwl/* "cwltool"
else
    skip_part "there is no cwltool here"
fi
if command -v snakemake >/dev/null; then
    printf '%s\n' "products: $TMP/products.txt" "options: '$OPTIONS'" "subscene: $USR/bin/subscene" >my.yaml
    expect_exit 0 env HOME="$TMP" XDG_CACHE_HOME="$TMP" snakemake -s "$SHARE/snakemake/Snakefile" --configfile my.yaml --cores 1 --quiet
    same_tree wanted subscenes "Snakemake"
else
    skip_part "there is no snakemake here"
fi
expect_equal "$(find root -name '*.pyc' -o -name __pycache__)" "" "what the scripts leave in the package's folders"

# ---- cmake --install gives the same files; uninstall takes them away, and the folders that were made for them ----
# The manifest of a component: the one of the user's own `cmake --install` stays as it is.
modes() { (cd "$1" && find . -mindepth 1 -printf '%y %m %p %l\n' | sort); }
mkdir -p staged/usr/bin
set -- -D build="$BUILD" -D component=subscene -P "$SOURCE_DIR/config/package/uninstall.cmake"
export DESTDIR=$TMP/staged
(umask 077 && expect_exit 0 cmake --install "$BUILD" --component subscene --prefix /usr)
expect_equal "$(modes staged)" "$(modes root)" \
    "cmake --install and the package"
echo mine >staged/usr/share/doc/subscene/config/mine.txt
rm staged/usr/share/subscene/slurm/subscene_report.py
expect_exit 0 cmake "$@"
expect_line "$OUT" "Not there: " "staged/usr/share/subscene/slurm/subscene_report.py"
expect_equal "$(find staged | sort)" "$(printf 'staged%s\n' "" /usr /usr/bin /usr/share /usr/share/doc /usr/share/doc/subscene{,/config,/config/mine.txt})" \
    "what uninstall leaves"
expect_exit 1 cmake "$@"
expect_text "$ERR" "nothing to remove"
unset DESTDIR
[ "$mode" = bare ] || finish

# ---- a bare tree: apt-get installs the package with its dependencies and removes it without a trace ----
command -v mmdebstrap >/dev/null || skip_all "there is no mmdebstrap here"
[ "$(id -u)" = 0 ] || skip_all "only root may change its root folder"
TREE=$TMP/tree
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
mmdebstrap --quiet --variant=minbase --include=man-db "$suite" "$TREE" >log 2>&1 || { fail "mmdebstrap: $(tail -3 log)"; finish; }
mounted=$TREE/proc
mount -t proc proc "$TREE/proc" || exit 1
mkdir "$TREE/given"
cp -r "$DEB" "$P" "$TREE/given"
inside="chroot $TREE env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C"
# all files, but what apt, dpkg and man-db keep for themselves
find_all() { (cd "$TREE" && find . -xdev \( -path ./proc -o -path ./given -o -path ./var -o -path ./tmp -o -path ./etc/ld.so.cache \) -prune -o -printf '%y %p\n' | sort); }
find_all >before

expect_exit 0 $inside apt-get update -q
expect_exit 0 $inside timeout 300 apt-get install -y -q --no-install-recommends "/given/${DEB##*/}"
expect_exit 0 $inside subscene --version
expect_exit 0 $inside subscene run "/given/${P##*/}" -o /given/out -q $OPTIONS
same_tree wanted "$TREE/given/out" "what the installed program makes"
expect_exit 0 $inside subscene verify /given/out -q
expect_exit 0 $inside cm_vsm --version
expect_exit 0 $inside man -w subscene cm_vsm
expect_exit 0 $inside man subscene
expect_exit 0 $inside bash -c '. /usr/share/bash-completion/completions/subscene && complete -p subscene cm_vsm'
expect_exit 0 $inside /usr/share/subscene/slurm/subscene-submit.sh --help
$inside dpkg -L subscene >owned
[ "$(wc -l <owned)" -gt 50 ] || fail "dpkg -L names only $(wc -l <owned) paths"

expect_exit 0 $inside apt-get remove -y -q subscene
expect_exit 1 $inside dpkg -L subscene
expect_equal "$(find_all | grep -E 'subscene|cm_vsm')" "" "files with its name that stay"
expect_equal "$(while read -r path; do
    [ ! -e "$TREE$path" ] || $inside dpkg -S "$path" >/dev/null 2>&1 || [ "$path" = /. ] || echo "$path"
done <owned)" "" "paths that stay"
expect_exit 0 $inside apt-get autoremove --purge -y -q
find_all >after
expect_equal "$(diff before after)" "" "the tree before and after"
finish
