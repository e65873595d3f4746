// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/eventhooks"
)

const (
	// hookDelay is how long after it can be read an event is sent: Okta's hooks are quick, and not the quickest.
	hookDelay = 500 * time.Millisecond
	// hookBatchWait is how long an event waits for others to share its delivery.
	hookBatchWait = 500 * time.Millisecond
	// verifyInterval is the wait between two verifications of an endpoint that may still be starting.
	verifyInterval = time.Second
)

// hook registers the event hook of the command line, if there is one, and returns what sends it until its context ends.
func (c config) hook(org *oktatest.Org, stdout io.Writer) (func(context.Context), error) {
	if c.hookURL == "" {
		return org.RunHooks, nil
	}
	id, err := org.AddHook(eventhooks.Spec{Name: "okta-systemlog simulate", URI: c.hookURL, Secret: c.hookSecret, OrgURL: "http://" + c.listen})
	if err != nil {
		return nil, fmt.Errorf("--hook-url or --hook-secret is refused: %w", err)
	}
	return func(ctx context.Context) {
		var running sync.WaitGroup
		defer running.Wait()
		running.Go(func() { org.RunHooks(ctx) })
		verifyHook(ctx, org, id, stdout)
	}, nil
}

// verifyHook asks until the endpoint answers as it should, and says so. It complains once.
func verifyHook(ctx context.Context, org *oktatest.Org, id string, stdout io.Writer) {
	for complained := false; ; complained = true {
		err := org.VerifyHook(ctx, id)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			_, _ = fmt.Fprintln(stdout, "okta-systemlog simulate: the event hook is verified") // who does not read it does not need it
			return
		case !complained:
			_, _ = fmt.Fprintln(stdout, "okta-systemlog simulate: the event hook is not verified yet:", err)
		}
		select {
		case <-time.After(verifyInterval):
		case <-ctx.Done():
			return
		}
	}
}
