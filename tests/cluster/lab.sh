# A Slurm of two nodes on this machine, for the tests beside this file: sourced after ../cli/lib.sh. Everything lies in $TMP/lab, and no port is fixed;
# what is started here is ended here, when the test ends, by the process ids in its own pid files.
#
#   lab_up             slurmctld, munged and two slurmd (node1, node2) of $LAB_CPUS CPUs each; skips the test where that is not possible
#   lab_node_kill N    ends the daemon of node N and all that runs there, as a power cut does
#   lab_node_up N      starts it again
#   lab_wait SECONDS JOB...   until none of the jobs is in the queue
#   lab_signal SIGNAL N       to the daemon and the job steps of node N
#   job_field JOB FIELD       of scontrol show job
LAB=$TMP/lab LAB_CPUS=${LAB_CPUS-2} LAB_NODES="1 2"

lab_needs()
{
    local tool
    for tool in slurmctld slurmd munged sbatch squeue scontrol scancel; do
        command -v "$tool" >/dev/null || skip_all "there is no $tool here: sh config/install_packages.sh cluster"
    done
    [ "$(id -u)" = 0 ] || skip_all "slurmd has to be started by root"
}

# Three ports one after the other at which nobody listens.
lab_ports()
{
    local port
    for port in $(shuf -i 20000-29990 -n 50); do
        for n in 0 1 2; do
            (: <"/dev/tcp/127.0.0.1/$((port + n))") 2>/dev/null && continue 2
        done
        echo "$port"
        return
    done
    return 1
}

# Memory limits by the kernel where control groups of version 1 can be made; else Slurm looks at its processes once a second.
lab_limits()
{
    # slurmd looks for a plugin also where no control group is asked for; that of version 1 is content without any
    echo "CgroupPlugin=cgroup/v1" >"$LAB/etc/cgroup.conf"
    if mkdir "/sys/fs/cgroup/memory/subscene-$$" 2>/dev/null; then
        rmdir "/sys/fs/cgroup/memory/subscene-$$"
        printf '%s\n' "ConstrainRAMSpace=yes" "ConstrainSwapSpace=no" "CgroupMountpoint=/sys/fs/cgroup" >>"$LAB/etc/cgroup.conf"
        printf '%s\n' ProctrackType=proctrack/cgroup TaskPlugin=task/cgroup JobAcctGatherType=jobacct_gather/cgroup
    else
        printf '%s\n' ProctrackType=proctrack/linuxproc TaskPlugin=task/none JobAcctGatherType=jobacct_gather/linux \
            JobAcctGatherParams=OverMemoryKill
    fi
    echo JobAcctGatherFrequency=task=1
}

lab_configure() # PORT
{
    cat <<END
ClusterName=lab
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=$1
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$LAB/run/munge.socket,cred_expire=5
SlurmctldPidFile=$LAB/run/slurmctld.pid
SlurmdPidFile=$LAB/run/slurmd-%n.pid
SlurmctldLogFile=$LAB/log/slurmctld.log
SlurmdLogFile=$LAB/log/slurmd-%n.log
StateSaveLocation=$LAB/state/slurmctld
SlurmdSpoolDir=$LAB/state/slurmd-%n
$(lab_limits)
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
DefMemPerCPU=500
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=2,bf_interval=2
MpiDefault=none
SwitchType=switch/none
ReturnToService=2
JobRequeue=1
KillWait=10
OverTimeLimit=0
MinJobAge=86400
MaxArraySize=${LAB_MAX_ARRAY-1001}
MaxJobCount=200
SlurmctldTimeout=30
SlurmdTimeout=10
AccountingStorageType=accounting_storage/none
NodeName=node[1-2] NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=[$(($1 + 1))-$(($1 + 2))] CPUs=$LAB_CPUS RealMemory=4000 State=UNKNOWN
PartitionName=batch Nodes=ALL Default=YES MaxTime=INFINITE DefaultTime=60 State=UP
END
}

lab_up()
{
    local port n tick
    lab_needs
    mkdir -p "$LAB/etc" "$LAB/run" "$LAB/log" "$LAB/state/slurmctld"
    mkdir -m 700 "$LAB/munge"
    port=$(lab_ports) || skip_all "no free ports"
    export SLURM_CONF=$LAB/etc/slurm.conf
    lab_configure "$port" >"$SLURM_CONF"
    (umask 077 && head -c 128 /dev/urandom >"$LAB/munge/munge.key")
    trap 'lab_down; cleanup' EXIT
    munged --force --key-file="$LAB/munge/munge.key" --socket="$LAB/run/munge.socket" --pid-file="$LAB/run/munged.pid" \
        --log-file="$LAB/log/munged.log" --seed-file="$LAB/munge/seed" 2>"$LAB/log/munged.err" || lab_broken munged
    slurmctld -f "$SLURM_CONF" 2>"$LAB/log/slurmctld.err" || lab_broken slurmctld
    for n in $LAB_NODES; do lab_node_up "$n"; done
    for ((tick = 0; tick < 150; tick++)); do
        [ "$(sinfo -h -N -o '%N %t' 2>/dev/null | grep -cE ' (idle|mix|alloc)$')" = 2 ] && return
        sleep 0.2
    done
    lab_broken "its nodes"
}

lab_broken()
{
    echo "this machine's Slurm does not start: $*"
    tail -n 5 "$LAB"/log/*
    exit 1
}

lab_node_up()
{
    mkdir -p "$LAB/state/slurmd-node$1"
    slurmd -f "$SLURM_CONF" -N "node$1" 2>"$LAB/log/slurmd-node$1.err" || lab_broken "slurmd $1"
}

# Is the process in the file one of that name, and no zombie? Its id.
lab_pid() # PIDFILE NAME
{
    local pid
    pid=$(cat "$1" 2>/dev/null) && [ -n "$pid" ] && [[ $(cat "/proc/$pid/comm" 2>/dev/null) == "$2"* ]] &&
        ! grep -q '^State:.Z' "/proc/$pid/status" && echo "$pid"
}

lab_stop() # PIDFILE NAME
{
    local pid tick
    pid=$(lab_pid "$1" "$2") || return 0
    kill -CONT "$pid"
    kill -TERM "$pid"
    for ((tick = 0; tick < 50; tick++)); do
        lab_pid "$1" "$2" >/dev/null || return 0
        sleep 0.1
    done
    kill -KILL "$pid"
}

# The processes of the lab's jobs on a node.
lab_tasks() # N
{
    local folder
    for folder in /proc/[0-9]*; do
        grep -qzxF "SLURMD_NODENAME=node$1" "$folder/environ" 2>/dev/null &&
            grep -qzxF "SLURM_CONF=$SLURM_CONF" "$folder/environ" 2>/dev/null || continue
        echo "${folder##*/}"
    done
}

# Every slurmstepd of the lab; with a node only those above a process of a job there.
lab_steps() # [N]
{
    local pid parents=
    for pid in ${1:+$(lab_tasks "$1")}; do
        parents+=" $(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$pid/status" 2>/dev/null) "
    done
    for pid in /proc/[0-9]*; do
        [ "$(cat "$pid/comm" 2>/dev/null)" = slurmstepd ] && grep -qzxF "SLURM_CONF=$SLURM_CONF" "$pid/environ" 2>/dev/null || continue
        pid=${pid##*/}
        if [ $# = 0 ] || [[ $parents == *" $pid "* ]]; then echo "$pid"; fi
    done
}

# lab_signal SIGNAL N: to the daemon of node N and the steps there, not to the jobs themselves. CONT goes to all steps: the processes below one that was stopped may be
# gone by then.
lab_signal()
{
    local pid steps
    if [ "$1" = CONT ]; then steps=$(lab_steps); else steps=$(lab_steps "$2"); fi
    for pid in $(lab_pid "$LAB/run/slurmd-node$2.pid" slurmd) $steps; do
        kill "-$1" "$pid" 2>/dev/null
    done
}

lab_node_kill() # N
{
    local tasks
    tasks=$(lab_tasks "$1")
    lab_signal KILL "$1"
    # shellcheck disable=SC2086 # one number each
    [ -z "$tasks" ] || kill -KILL $tasks 2>/dev/null
}

lab_down()
{
    local n left
    left=$(squeue -h -o %A 2>/dev/null | sort -u)
    if [ -n "$left" ]; then
        # shellcheck disable=SC2086 # one number each
        scancel --signal=KILL --full $left 2>/dev/null
        # shellcheck disable=SC2086
        scancel $left 2>/dev/null
        lab_wait 10
    fi
    for n in $LAB_NODES; do
        lab_node_kill "$n"
    done
    for n in $(lab_steps); do
        kill -KILL "$n" 2>/dev/null
    done
    lab_stop "$LAB/run/slurmctld.pid" slurmctld
    lab_stop "$LAB/run/munged.pid" munged
    # control groups that Slurm leaves behind: only those of these nodes, and only empty ones
    for n in /sys/fs/cgroup/*/slurm_node[12]; do
        [ ! -d "$n" ] || find "$n" -depth -type d -exec rmdir {} + 2>/dev/null
    done
}

# lab_wait SECONDS [JOB...]: until none of the jobs (without one: of all jobs) is in the queue.
lab_wait()
{
    local end=$((SECONDS + $1)) jobs
    shift
    jobs=$(printf '%s,' "$@")
    jobs=${jobs%,}
    while [ $SECONDS -lt $end ]; do
        [ -n "$(squeue -h ${jobs:+-j "$jobs"} -o %A 2>/dev/null)" ] || return 0
        sleep 0.3
    done
    return 1
}

# What `scontrol show job` says of a job (of the first, where it is an array): job_field JOB JobState
job_field() { scontrol show job "$1" -o 2>/dev/null | head -n 1 | tr ' ' '\n' | sed -n "s/^$2=//p"; }
