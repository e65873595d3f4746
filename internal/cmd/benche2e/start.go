// SPDX-License-Identifier: Apache-2.0

//go:build linux

package main

import (
	"context"
	"time"
)

const (
	startedReceivers = 500
	// startedPoll is so long that no receiver polls a second time while others start: what is counted is the start.
	startedPoll = "60s"
)

// started is how a collector with many receivers has started, each with an org of its own, so that none waits for
// another one's rate limit.
type started struct {
	ready         time.Duration // from the start of the process until Start of each component has returned
	lastAnswer    time.Duration // and until the System Log of each org has answered
	requests      int           // to the orgs, whatever for, until each of them has delivered its event
	mostInASecond int           // of these
}

// startMany starts a collector with n receivers.
func (b *bench) startMany(ctx context.Context, n int) (started, error) {
	is := manyOrgs{orgs: n}
	running, stop, err := b.startWithOrgs(ctx, &is, "--poll-interval", startedPoll)
	defer stop()
	if err != nil {
		return started{}, err
	}
	orgs := running.orgs
	orgs.mu.Lock()
	defer orgs.mu.Unlock()
	how := started{
		ready: is.ready, lastAnswer: orgs.last.Sub(running.begun),
		requests: len(orgs.requests), mostInASecond: mostWithin(orgs.requests, time.Second),
	}
	b.say("%d receivers: started after %s, last first answer after %s, %d requests, %d in a second at most",
		n, round(how.ready), round(how.lastAnswer), how.requests, how.mostInASecond)
	return how, nil
}

// mostWithin returns how many of the times, which are in order, lie within a span at most, wherever it begins.
func mostWithin(times []time.Time, span time.Duration) (most int) {
	first := 0
	for i, at := range times {
		for at.Sub(times[first]) >= span {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}
