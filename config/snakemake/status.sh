#!/bin/sh
# For snakemake --cluster-status: running, success or failed, for a Slurm job id. Without it a job that was killed is waited for for ever.
# Asks the controller, and the accounting where the controller has forgotten the job already.
set -u
job=${1:?usage: status.sh JOB}
state=$(scontrol show job "$job" -o 2>/dev/null | tr ' ' '\n' | sed -n 's/^JobState=//p' | head -n 1)
[ -n "$state" ] || state=$(sacct -n -X -P -o State -j "$job" 2>/dev/null | head -n 1)
case $state in
COMPLETED) echo success ;;
PENDING* | RUNNING* | COMPLETING* | CONFIGURING* | SUSPENDED* | REQUEUED* | REQUEUE_* | RESIZING* | SIGNALING* | STAGE_OUT* | STOPPED*) echo running ;;
'')
    # no answer: the controller is away, or it has forgotten a job that there is no accounting of
    if scontrol ping >/dev/null 2>&1; then echo failed; else echo running; fi
    ;;
*) echo failed ;; # CANCELLED, FAILED, TIMEOUT, NODE_FAIL, OUT_OF_MEMORY, PREEMPTED, BOOT_FAIL, DEADLINE
esac
