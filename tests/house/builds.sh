#!/bin/sh
# What other compilers and library versions do with the sources: builds.sh ROOT
#   - a warning (as a newer compiler has new ones) stops the build of the presets for tests only, never a user's
#   - each file that knows a library compiles with the interfaces of older and newer versions, made of this machine's headers
set -u
export LC_ALL=C
root=${1:?usage: builds.sh ROOT}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
failed=0

fail()
{
    echo "$*"
    failed=1
}

# ---- warnings ----

# a compiler that warns of every file
cat >"$tmp/cc" <<END
#!/bin/sh
for word; do [ "\$word" != -c ] || set -- "\$@" -include "$tmp/warn.h"; done
exec cc "\$@"
END
echo '#warning "a new warning"' >"$tmp/warn.h"
chmod +x "$tmp/cc"
unset CC CFLAGS CMAKE_C_COMPILER_LAUNCHER

# builds WANTED OPTIONS...: does the lowest layer build with them?
builds()
{
    wanted=$1
    shift
    rm -rf "$tmp/build"
    if ! (cd "$root" && cmake "$@" -B "$tmp/build" -DCMAKE_C_COMPILER="$tmp/cc" -DSUBSCENE_TESTS=OFF) >"$tmp/log" 2>&1; then
        fail "cannot configure with $*: $(tail -n 3 "$tmp/log")"
        return
    fi
    found=yes
    cmake --build "$tmp/build" --target subscene_core >"$tmp/log" 2>&1 || found=no
    grep -q 'a new warning' "$tmp/log" || fail "$*: the compiler's warning is not shown"
    [ "$found" = "$wanted" ] || fail "with a warning and $*: builds: $found, wanted: $wanted"
}
builds yes
builds yes --preset release
builds no --preset asan

# ---- libraries ----

# where HEADER FLAGS...: its path, as the compiler finds it
where()
{
    header=$1
    shift
    echo "#include <$header>" | cc "$@" -M -x c - 2>/dev/null | tr -s ' ' '\n' | grep "/$header\$" | head -n 1
}

# copied PACKAGE HEADER [SCRIPT]: a copy of a header, changed by sed, before the real one in the search. Sets `from`.
copied()
{
    # shellcheck disable=SC2046  # a list of words
    from=$(where "$2" $(pkg-config --cflags "$1"))
    mkdir -p "$tmp/include/$(dirname "$2")"
    sed -E "${3-}" "$from" >"$tmp/include/$2"
}

# changed PACKAGE HEADER SCRIPT: the same. A header that stays as it was is an error.
changed()
{
    copied "$@"
    ! cmp -s "$from" "$tmp/include/$2" || fail "$1: <$2> stays as it was"
}

# compiles WHAT FILE PACKAGE: with the changed headers, which are then gone
compiles()
{
    # shellcheck disable=SC2046
    cc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -fsyntax-only -I"$root" -I"$root/src" -I"$tmp/include" \
        $(pkg-config --cflags "$3") "$root/$2" >"$tmp/log" 2>&1 || fail "$2 does not compile with $1: $(head -n 5 "$tmp/log")"
    rm -rf "$tmp/include"
}

# at_least PACKAGE VERSION: then this machine's own headers show it, in every build
at_least() { pkg-config --atleast-version="$2" "$1"; }

compiles "this machine's libxml2" io/text/xmldoc.c libxml-2.0
if ! at_least libxml-2.0 2.12; then
    changed libxml-2.0 libxml/xmlversion.h 's/(define LIBXML_VERSION) .*/\1 21200/'
    changed libxml-2.0 libxml/xmlerror.h 's/(xmlStructuredErrorFunc\) \(void \*userData,) xmlErrorPtr/\1 const xmlError */'
    compiles "libxml2 2.12" io/text/xmldoc.c libxml-2.0
fi
if ! at_least nettle 4; then
    copied nettle nettle/nettle-types.h
    changed nettle nettle/version.h 's/(define NETTLE_VERSION_MAJOR) .*/\1 4/'
    for header in md5 sha3; do
        changed nettle nettle/$header.h '/_digest\(struct/{N;s/\n\t* *size_t length,//;}'
    done
    compiles "nettle 4" io/source/digest.c nettle
fi
if ! at_least hdf5 2; then
    copied hdf5 hdf5.h # names its parts in quotes: those beside it come first
    changed hdf5 H5public.h 's/(define H5_VERS_MAJOR) .*/\1 2/'
    changed hdf5 H5Dpublic.h '/H5_DLL herr_t H5Dread_chunk\(/{N;s/H5Dread_chunk/H5Dread_chunk2/;s/void \*buf\)/void *buf, size_t *size)/;}'
    compiles "HDF5 2" io/netcdf/h5file.c hdf5
fi
# PROJ 7 has no proj_context_errno_string
changed proj proj.h 's/(define PROJ_VERSION_MAJOR) .*/\1 7/;s/proj_context_errno_string/not_there/'
compiles "PROJ 7" io/geo/crs.c proj

exit $failed
