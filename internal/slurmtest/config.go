package slurmtest

import (
	"crypto/rand"
	"fmt"
	"net"
	"os"
	"os/user"
	"strconv"
	"strings"
	"text/template"
	"time"
)

// configuration is slurm.conf. What is not obvious:
//   - NoInAddrAny, NoCtldInAddrAny: listen on 127.0.0.1 only.
//   - config_overrides: believe the CPUs given here, not the hardware.
//   - linuxproc and task/none: no cgroups.
//   - TmpFS by node: PMIx makes folders there whose names differ by job and
//     step only, so that two nodes on one host would collide.
//   - TaskProlog: the same for Open MPI's shared memory, whose files are named
//     after the host and the rank's number on its node.
//   - SchedulerParameters must not contain the letters "defer" in any word:
//     release 22.05 looks for the substring and then queues every srun.
//   - KillWait and the other times are short, because a test should not wait.
var configuration = template.Must(template.New("slurm.conf").Parse(`ClusterName=galago
SlurmctldHost={{.Host}}(127.0.0.1)
SlurmctldPort={{index .Ports 0}}
SlurmUser={{.User}}
SlurmdUser={{.User}}
AuthType=auth/munge
AuthInfo=socket={{.Dir}}/munge.sock
CredType=cred/munge
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation={{.Dir}}/state
SlurmctldPidFile={{.Dir}}/slurmctld.pid
SlurmctldLogFile={{.Dir}}/slurmctld.log
SlurmctldDebug=info
SlurmdSpoolDir={{.Dir}}/spool/%n
TmpFS={{.Dir}}/tmp/%n
SlurmdPidFile={{.Dir}}/slurmd-%n.pid
SlurmdLogFile={{.Dir}}/slurmd-%n.log
SlurmdDebug=info
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
TaskProlog={{.Dir}}/prolog
JobAcctGatherType=jobacct_gather/none
AcctGatherNodeFreq=0
MpiDefault=pmi2
PlugStackConfig=/dev/null
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/backfill
SchedulerParameters=sched_min_interval=0,batch_sched_delay=0,bf_interval=1,bf_min_age_reserve=0
SchedulerTimeSlice=5
SwitchType=switch/none
EnforcePartLimits=ALL
ReturnToService=2
TreeWidth=64
InactiveLimit=0
KillWait=2
MinJobAge=300
SlurmctldTimeout=120
SlurmdTimeout=120
MessageTimeout=20
CompleteWait=0
Waittime=0
EpilogMsgTime=0
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc={{.Dir}}/jobcomp.txt
{{range .Nodes}}NodeName={{.Name}} NodeHostname={{$.Host}} NodeAddr=127.0.0.1 Port={{.Port}} CPUs={{$.CPUs}} RealMemory=100000 State=UNKNOWN
{{end}}PartitionName=test Nodes=ALL Default=YES MaxTime=60 State=UP OverSubscribe=NO
`))

// writeFiles fills the cluster's folder.
func (c *Cluster) writeFiles(o Options, ports []int) error {
	type node struct {
		Name string
		Port int
	}
	host, err := os.Hostname()
	if err != nil {
		return err
	}
	me, err := user.Current()
	if err != nil {
		return err
	}
	data := struct {
		Dir, Host, User string
		CPUs            int
		Ports           []int
		Nodes           []node
	}{Dir: c.dir, User: me.Username, CPUs: o.CPUs, Ports: ports}
	data.Host, _, _ = strings.Cut(host, ".")
	folders := []string{"state"}
	for i := range o.Nodes {
		data.Nodes = append(data.Nodes, node{nodeName(i), ports[1+i]})
		folders = append(folders, "spool/"+nodeName(i), "tmp/"+nodeName(i))
	}
	for _, folder := range folders {
		if err := os.MkdirAll(c.path(folder), 0o755); err != nil {
			return err
		}
	}
	// munged and slurmd refuse folders that others could replace.
	if err := os.Chmod(c.dir, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(c.path("owner"), []byte(strconv.Itoa(os.Getpid())), 0o644); err != nil {
		return err
	}
	var conf strings.Builder
	if err := configuration.Execute(&conf, data); err != nil {
		return err
	}
	if err := os.WriteFile(c.path("slurm.conf"), []byte(conf.String()), 0o644); err != nil {
		return err
	}
	prolog := fmt.Sprintf("#!/bin/sh\necho \"export OMPI_MCA_btl_vader_backing_directory=%s/$SLURMD_NODENAME\"\n", c.path("tmp"))
	if err := os.WriteFile(c.path("prolog"), []byte(prolog), 0o755); err != nil {
		return err
	}
	key := make([]byte, 128)
	if _, err := rand.Read(key); err != nil {
		return err
	}
	return os.WriteFile(c.path("munge.key"), key, 0o400)
}

// freePorts returns n TCP ports of the loopback interface that nobody uses.
func freePorts(n int) ([]int, error) {
	ports := make([]int, n)
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("find a free port: %w", err)
		}
		defer l.Close() // only now, so that all are different
		ports[i] = l.Addr().(*net.TCPAddr).Port
	}
	return ports, nil
}

func listens(port int) bool {
	conn, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", port), time.Second)
	if err != nil {
		return false
	}
	conn.Close()
	return true
}
