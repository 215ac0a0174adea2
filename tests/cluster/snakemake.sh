# Snakemake on two cores, then through sbatch: the folders of a plain run, and a file for each product that was verified.
source "$(dirname "$0")/../cli/lib.sh" || exit 1
source "$(dirname "$0")/lab.sh" || exit 1
source "$(dirname "$0")/lists.sh" || exit 1
FLOW=$SOURCE_DIR/config/snakemake

command -v snakemake >/dev/null || skip_all "there is no snakemake here: sh config/install_packages.sh cluster"
export HOME=$TMP/home XDG_CACHE_HOME=$TMP/home # it keeps a cache
mkdir "$HOME"

make_list 6
run_plain
names() { while IFS= read -r line; do name_of "$line"; done <"$LIST" | sort; }

configure() # OUTPUT OPTIONS
{
    printf '%s\n' "products: $LIST" "output: $1" "done: $1-done" "subscene: $SUBSCENE" "options: \"$2\"" "threads: 1" "mem_mb: 200" "runtime: 5" \
        "retries: 1"
}
flow() { echo snakemake -s "$FLOW/Snakefile" --configfile "$@" --nocolor; }

# ---- on this machine ----
configure local "$OPTIONS" >local.yaml
break_three 2 6 4
expect_exit 1 $(flow local.yaml --cores 2 --keep-going)
expect_equal "$(ls local-done | sort)" "$(names | grep -vxF "$BROKEN")" "verified products"
expect_text "$ERR" "_B02.jp2" "_B8A.jp2"
repair_three
# one that is not there
moved=$(nth 3)
mv "$moved" "$moved.away"
expect_exit 1 $(flow local.yaml --cores 2 --keep-going)
expect_equal "$(ls local-done | sort)" "$(names | grep -vxF "$(name_of "$moved")")" "all but the one that is not there"
expect_text "$ERR" "$moved" "No such file"
mv "$moved.away" "$moved"
expect_exit 0 $(flow local.yaml --cores 2)
expect_equal "$(ls local-done)" "$(names)" "verified products"
same_tree plain local "on two cores"
before=$(stat_tree local)
expect_exit 0 $(flow local.yaml --cores 2)
expect_text "$ERR" "Nothing to be done"
expect_equal "$(stat_tree local)" "$before" "a second call"
# without its file a product is looked at again
rm "local-done/$(names | head -n 1)"
truncate -s -100 "$(find "local/L1C" -path "*$(names | head -n 1)*" -name 'tile_0_0.nc')"
expect_exit 0 $(flow local.yaml --cores 2)
same_tree plain local "a file that was cut is made again"

# ---- through Slurm ----
lab_up
mkdir logs
configure slurm "$OPTIONS" >slurm.yaml
sbatch="sbatch --parsable -c {threads} --mem={resources.mem_mb} -t {resources.runtime} -o logs/%x-%j.out"
timeout 200 $(flow slurm.yaml --jobs 6) --cluster "$sbatch" --cluster-status "$FLOW/status.sh" --cluster-cancel scancel \
    --latency-wait 10 --max-status-checks-per-second 5 >"$OUT" 2>"$ERR" || fail "through sbatch: exit $?: $(tail -n 5 "$ERR")"
expect_equal "$(ls slurm-done)" "$(names)" "verified products"
same_tree plain slurm "through sbatch"
[ "$(find logs -type f | wc -l)" -ge 6 ] || fail "$(find logs -type f | wc -l) logs of jobs"

# ---- what status.sh says of a job ----
job() { sbatch --parsable -c 1 --mem=50 -o /dev/null --wrap "$1"; }
good=$(job true) bad=$(job false) killed=$(job "sleep 100") queued=$(sbatch --parsable --hold --mem=50 -o /dev/null --wrap true)
lab_wait 20 "$good" "$bad"
expect_equal "$(sh "$FLOW/status.sh" "$good")" success "status of a good job"
expect_equal "$(sh "$FLOW/status.sh" "$bad")" failed "status of a bad job"
expect_equal "$(sh "$FLOW/status.sh" "$killed")" running "status of a job under way"
expect_equal "$(sh "$FLOW/status.sh" "$queued")" running "status of a job in the queue"
scancel "$killed"
lab_wait 20 "$killed"
expect_equal "$(sh "$FLOW/status.sh" "$killed")" failed "status of a cancelled job"
expect_equal "$(sh "$FLOW/status.sh" 4711)" failed "status of an unknown job"
finish
