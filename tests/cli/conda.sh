# config/conda: the recipe as far as it can be checked without conda, and its build.sh with the libraries of this system.
. "${BASH_SOURCE[0]%/*}/lib.sh" || exit 1
RECIPE=$SOURCE_DIR/config/conda

# ---- the recipe ----
/usr/bin/python3 -c 'import yaml' 2>/dev/null || skip_all "there is no python3-yaml here"
cat >check.py <<'END_OF_CHECK'
import re, sys, yaml

recipe, cmake = (open(path).read() for path in sys.argv[1:])
assert "\t" not in recipe and all(line == line.rstrip() for line in recipe.splitlines()), "tabs, or blanks at the end of a line"
called = re.findall(r"\{\{ (\w+)\('(\w+)'\) \}\}", recipe)
assert called == [("compiler", "c"), ("stdlib", "c")], called
class Unique(yaml.SafeLoader):
    """Keys that are given twice are an error."""
    def construct_mapping(self, node, deep=False):
        keys = [key.value for key, _ in node.value]
        assert len(keys) == len(set(keys)), keys
        return super().construct_mapping(node, deep)
meta = yaml.load(re.sub(r"\{\{.*?\}\}", "filled", recipe), Unique)
assert list(meta) == ["package", "source", "build", "requirements", "test", "about"], list(meta)
version = re.search(r"project\(subscene VERSION (\S+)", cmake).group(1)
assert meta["package"] == {"name": "subscene", "version": version}, meta["package"]
assert meta["about"]["license"] == "Apache-2.0" and len(meta["about"]["summary"]) < 80
assert meta["test"]["commands"][0] == "subscene --version"

# conda-forge's package of each library that CMake asks pkg-config for, with the same least version
names = {"libopenjp2": "openjpeg", "libxml-2.0": "libxml2-devel", "netcdf": "libnetcdf", "fftw3f": "fftw", "libisal": "isa-l",
         "libtiff-4": "libtiff"}
asked = re.findall(r"pkg_check_modules\(\w+ (?:REQUIRED )?IMPORTED_TARGET ([\w.-]+?)(>=[\d.]+)?\)", cmake)
wanted = sorted((names.get(name, name) + " " + least).strip() for name, least in asked)
assert len(wanted) >= 15 and sorted(meta["requirements"]["host"]) == wanted, (wanted, sorted(meta["requirements"]["host"]))
least = re.search(r"cmake_minimum_required\(VERSION (\S+)\)", cmake).group(1)
assert f"cmake >={least}" in meta["requirements"]["build"]
END_OF_CHECK
expect_exit 0 /usr/bin/python3 check.py "$RECIPE/meta.yaml" "$SOURCE_DIR/CMakeLists.txt"
expect_exit 0 sh -n "$RECIPE/build.sh"
[ -x "$RECIPE/build.sh" ] || fail "build.sh is not executable"

# ---- build.sh, in a copy of the sources, without hdf5.pc; not optimised, as it only has to run ----
for tool in cmake ninja pkg-config; do command -v $tool >/dev/null || { skip_part "there is no $tool here"; finish; }; done
[ -z "$SANITIZE" ] || { skip_part "build.sh is tried with the other builds"; finish; }
mkdir sources pkgconfig
cp -r "$SOURCE_DIR"/{CMakeLists.txt,README.md,LICENSE,config,filters,io,src} sources
mkdir -p sources/tests/bench
cp "$SOURCE_DIR/tests/bench/README.md" sources/tests/bench
for folder in $(pkg-config --variable pc_path pkg-config | tr : ' '); do
    for file in "$folder"/*.pc; do
        [[ ! -f $file || $file == */hdf5*.pc ]] || ln -sf "$file" pkgconfig
    done
done
expect_exit 1 env PKG_CONFIG_LIBDIR="$TMP/pkgconfig" pkg-config --exists hdf5
cd sources || exit 1
env -u DESTDIR PKG_CONFIG_LIBDIR="$TMP/pkgconfig" PREFIX="$TMP/prefix" CPU_COUNT=2 CMAKE_ARGS="-DCMAKE_C_FLAGS_RELEASE=-O0" \
    sh config/conda/build.sh >"$TMP/log" 2>&1 || { fail "build.sh: $(tail -5 "$TMP/log")"; finish; }
cd "$TMP" || exit 1
sed -n 's/^    - \(.*\$PREFIX.*\)/\1/p' "$RECIPE/meta.yaml" >commands # and the two that run the program
[ "$(wc -l <commands)" -ge 2 ] || fail "the recipe tests nothing"
expect_exit 0 env PREFIX="$TMP/prefix" sh -e commands
for program in subscene cm_vsm; do expect_exit 0 "prefix/bin/$program" --version; done
expect_absent sources/build
finish
