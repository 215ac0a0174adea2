# Toil runs the CWL workflow on a real Slurm: the folders of a plain run.
source "$(dirname "$0")/../cli/lib.sh" || exit 1
source "$(dirname "$0")/lab.sh" || exit 1
source "$(dirname "$0")/lists.sh" || exit 1

command -v toil-cwl-runner >/dev/null || skip_all "there is no toil-cwl-runner here: sh config/install_packages.sh cluster"
lab_needs
export USER=${USER:-$(id -un)} HOME=$TMP/home
mkdir "$HOME" work
program_in_path
lab_up

make_list 4
run_plain --layout flat
cwl_job >job.yml
timeout 250 toil-cwl-runner --batchSystem slurm --no-container --jobStore "$TMP/store" --workDir "$TMP/work" --outdir "$TMP/out" \
    --disableCaching --statePollingWait 2 --defaultMemory 200Mi --defaultDisk 100Mi --logWarning \
    "$SOURCE_DIR/config/cwl/products.cwl" job.yml >"$OUT" 2>"$ERR" || fail "exit $?: $(tail -n 5 "$ERR")"
same_tree plain out "Toil on Slurm gives what a plain run gives"
expect_exit 0 "$SUBSCENE" verify out -q
[ "$(scontrol show jobs -o | grep -c JobState=COMPLETED)" -ge 4 ] || fail "jobs that Slurm completed: $(scontrol show jobs -o | grep -c JobState=COMPLETED)"
finish
