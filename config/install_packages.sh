#!/bin/sh
# Installs what subscene needs on Debian 12, Ubuntu 22.04 or later.
#   sh config/install_packages.sh          to build and run it
#   sh config/install_packages.sh tests    for the tests too
#   sh config/install_packages.sh package  for the package too: dpkg-dev, file
#   sh config/install_packages.sh bench    for the benchmark: what it compares with
#   sh config/install_packages.sh cluster  for the tests with batch systems and workflow engines (1.7 GB)
# Does nothing, and needs neither network nor root, when all is there already.
set -eu

fail()
{
    printf 'install_packages: %s\n' "$*" >&2
    exit 1
}

has_command() { command -v "$1" >/dev/null 2>&1; }
has_library() { has_command pkg-config && pkg-config --exists "$1"; }
has_module() { /usr/bin/python3 -c "import $1" >/dev/null 2>&1; } # the one that the packages are for
has_headers() { printf '#include <stdio.h>\n' | cc -E - >/dev/null 2>&1; }

# need PACKAGE CHECK...: the package is missing when the check fails
missing=
need()
{
    package=$1
    shift
    "$@" || missing="$missing $package"
}
has_builder() { has_command ninja || has_command make; }

list_build_packages()
{
    need gcc has_command cc
    need libc6-dev has_headers
    need cmake has_command cmake
    need ninja-build has_builder
    need pkg-config has_command pkg-config
    need libopenjp2-7-dev has_library 'libopenjp2 >= 2.4'
    need libxml2-dev has_library libxml-2.0
    need libnetcdf-dev has_library netcdf
    need libhdf5-dev has_library hdf5
    need libfftw3-dev has_library fftw3f
    need libdeflate-dev has_library libdeflate
    need libzip-dev has_library libzip
    need nettle-dev has_library nettle
    need libinih-dev has_library inih
    need libgeos-dev has_library 'geos >= 3.10'
    need libproj-dev has_library 'proj >= 7.2'
    need libisal-dev has_library libisal
    need libjansson-dev has_library jansson
    need libpng-dev has_library libpng
    need libtiff-dev has_library libtiff-4
    need libcmocka-dev has_library cmocka # the build makes the test programs too
}

# libFuzzer and the sanitizers of clang: a package of their own (Debian 12), or in one that clang needs
has_fuzzer()
{
    printf 'int LLVMFuzzerTestOneInput(const char *d, unsigned long n) { return d && n > 8 ? -1 : 0; }\n' |
        clang -fsanitize=fuzzer,address,undefined -x c - -o /dev/null >/dev/null 2>&1
}
fuzzer_package()
{
    apt-cache show libclang-rt-dev >/dev/null 2>&1 && echo libclang-rt-dev || echo clang
}

is_debian() { grep -q '^ID=debian' /etc/os-release 2>/dev/null; }

list_test_packages()
{
    need clang has_command clang
    need "$(fuzzer_package)" has_fuzzer
    need netcdf-bin has_command ncdump
    need gdal-bin has_command gdalinfo
    need python3 test -x /usr/bin/python3
    need python3-numpy has_module numpy
    need python3-netcdf4 has_module netCDF4
    need python3-gdal has_module osgeo.gdal
    need python3-xarray has_module xarray
    need python3-yaml has_module yaml
    need man-db has_command man # both check the manual pages
    need mandoc has_command mandoc
    need time test -x /usr/bin/time
    need zip has_command zip
    if is_debian; then # elsewhere Chromium is no package, and its test is skipped
        need chromium has_command chromium
        need chromium-driver has_command chromedriver
        need python3-selenium has_module selenium
    fi
}

list_package_packages()
{
    need dpkg-dev has_command dpkg-shlibdeps
    need file has_command file
}

list_bench_packages()
{
    need zlib1g-dev has_library zlib
    need libisal-dev has_library libisal
    need gdal-bin has_command gdalwarp
    need python3 test -x /usr/bin/python3
    need python3-numpy has_module numpy
    need python3-scipy has_module scipy.ndimage
    need python3-netcdf4 has_module netCDF4
    need python3-gdal has_module osgeo.gdal
}

list_cluster_packages()
{
    need slurm-wlm test -x /usr/sbin/slurmctld
    need munge test -x /usr/sbin/munged
    need cwltool has_command cwltool
    need python3-setuptools has_module setuptools # cwltool asks for it when it starts
    need toil has_command toil-cwl-runner
    need snakemake has_command snakemake
    need shellcheck has_command shellcheck
}

list_missing()
{
    missing=
    list_build_packages
    case $set in
    tests) list_test_packages && list_package_packages ;;
    package) list_package_packages ;;
    bench) list_bench_packages ;;
    cluster) list_cluster_packages ;;
    esac
}

set=${1:-build}
case $# in 0 | 1) ;; *) fail "usage: install_packages.sh [tests|package|bench|cluster]" ;; esac
case $set in build | tests | package | bench | cluster) ;; *) fail "usage: install_packages.sh [tests|package|bench|cluster]" ;; esac

list_missing
[ -n "$missing" ] || exit 0

has_command apt-get || fail "there is no apt-get here; install what gives these Debian packages:$missing"
if [ "$(id -u)" -eq 0 ]; then
    as_root() { "$@"; }
elif has_command sudo; then
    as_root() { sudo "$@"; }
else
    fail "run this once as root, there is no sudo here: apt-get install$missing"
fi

install()
{
    # shellcheck disable=SC2086  # a list of words
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing </dev/null
}

printf 'install_packages: installing%s\n' "$missing" >&2
if ! install >/dev/null 2>&1; then
    # lists that are missing or too old are the usual reason
    as_root apt-get update -q </dev/null >&2 || fail "apt-get update failed: is there a network?"
    list_missing # a name may depend on the lists
    install >&2 || fail "apt-get cannot install$missing"
fi

list_missing
[ -z "$missing" ] || fail "installed, but still not usable:$missing"
