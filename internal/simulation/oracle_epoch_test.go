// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"encoding/json"
	"time"
)

// commit is a write that counted when it was made.
type commit struct {
	by     *process
	at     time.Time
	events []*event
}

// epochIn reads the name out of the value that names an epoch.
func epochIn(value []byte) string {
	var named struct{ Epoch string }
	if json.Unmarshal(value, &named) != nil {
		return ""
	}
	return named.Epoch
}

// historyKey is where a key of the position's history stands in the storage: in the epoch that counts, if there is one.
func (d *disk) historyKey(key string) string {
	if epoch := epochIn(d.values["epoch"]); epoch != "" {
		return "epoch/" + epoch + "/" + key
	}
	return key
}

// replaced reports whether another replica has taken over what the process has. It needs the lock.
func (p *process) replaced() bool {
	n := p.node
	if !n.setup.replicas.on {
		return false
	}
	named := n.disk.values["epoch"]
	if n.setup.reads.on {
		named = n.storedOfRange(p.orgURL.host, "/epoch")
	}
	return epochIn(named) != p.member.epoch
}

// takesOver notes that a process has named an epoch of its own, with a copy of what it read when it opened the storage.
// What others have delivered and that copy may not have may be delivered once more. It needs the lock.
func (n *node) takesOver(p *process, epoch string) {
	p.member.epoch = epoch
	repeated := 0
	for _, other := range n.processes {
		if other.ended {
			continue
		}
		if len(other.uncommitted) > 0 && other.undisturbedEnd() {
			n.fail("repeated", "%d accepted events were not stored as delivered %s after the lease was lost", len(other.uncommitted), time.Since(other.member.told))
		}
		repeated += len(other.uncommitted)
		mayRepeat(other.uncommitted)
		other.uncommitted = nil
	}
	for i := len(n.commits) - 1; i >= 0 && !n.commits[i].at.Before(p.member.opened); i-- {
		if c := n.commits[i]; c.by != p {
			repeated += len(c.events)
			mayRepeat(c.events)
		}
	}
	// A process that was suspended while it took over may do so once more when others have gone on for long.
	if most := n.mostUncommitted(p.period); n.lease.holder == p && repeated > most {
		n.fail("repeated", "%d events may be repeated when the lease passes on, at most %d may be", repeated, most)
	}
}

// undisturbedEnd reports whether a term had all it needs to come to an orderly end. It needs the lock.
func (p *process) undisturbedEnd() bool {
	m, told := p.member, p.member.told
	return !told.IsZero() && time.Since(told) >= lostGrace && m.delivering == 0 && m.accepted.Before(told.Add(lostGrace/2)) &&
		!p.storeFailed && !p.stalled && p.node.disk.slow.Before(told) && m.suspended.Before(told.Add(-toldLate))
}

// mayRepeat lets events be delivered once more. It needs the lock.
func mayRepeat(events []*event) {
	for _, e := range events {
		e.allowedDuplicates++
	}
}

// committed notes a write with what it stores as delivered, or that it does not count, since another replica has taken
// over. It needs the lock.
func (p *process) committed() {
	n := p.node
	if !n.setup.replicas.on {
		return
	}
	if p.replaced() {
		n.coverage.add("met: a write that does not count", 1)
		// Each commit looks at the epoch before it writes, so only one can come between.
		if p.member.uncounted++; p.member.uncounted > 1 {
			n.fail("repeated", "%d writes of a replica whose position another one has taken over, at most one may be", p.member.uncounted)
		}
		mayRepeat(p.uncommitted)
		return
	}
	n.commits = append(n.commits, commit{p, time.Now(), p.uncommitted})
}

// acceptLate notes a record of a delivery that has outlived its term, or another replica's taking over, and reports
// whether it has. Those of the page that was in hand may be. It needs the lock.
func (p *process) acceptLate(e *event, began time.Time) bool {
	n, m := p.node, &p.member
	// The term after it may be lost, too, before it opens the storage.
	graceOver := began.Before(m.toldBefore) && time.Since(m.toldBefore) >= lostGrace
	outlived := n.setup.replicas.on && (began.Before(m.opened) || graceOver)
	if !outlived && !p.replaced() {
		return false
	}
	late := &m.late
	if graceOver {
		late = &m.lateBefore
	}
	*late++
	if most := n.mostUncommitted(p.period); *late > most {
		n.fail("repeated", "%d events were delivered by a replica whose position another one has taken over, at most %d may be", *late, most)
	}
	e.allowedDuplicates++ // the next replica delivers it too, or has done so
	n.coverage.add("met: a delivery after another replica took over", 1)
	return true
}
