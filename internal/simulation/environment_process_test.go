// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net/http"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configmiddleware"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receivertest"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otel-okta/okta-systemlog-receiver/receiver/oktasystemlogreceiver"
)

// callKind is a kind of call between a receiver and what surrounds it.
type callKind int

const (
	requestCall callKind = iota
	deliveryCall
	storageCall
	announcementCall
	shutdownCall
	callKinds // how many there are
)

// enter lets a call begin up to 0.1 ms after it was made. Goroutines that make calls at the same instant would be
// scheduled in any order; now their order follows from the history, and every order occurs in one.
func (p *process) enter(kind callKind) {
	p.node.mu.Lock()
	p.calls[kind]++
	number := p.calls[kind]*uint64(callKinds) + uint64(kind)
	p.node.mu.Unlock()
	timer := time.NewTimer(time.Duration(mix(p.jitterSeed+number) % uint64(100*time.Microsecond)))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-p.done: // nothing that it does counts any more
	}
	p.waitSuspended()
}

// errProcessGone is what a process that has crashed gets from everything around it.
var errProcessGone = errors.New("the process is gone")

// process is one process of a receiver, from its start to its crash or stop. The node's lock guards its
// fields.
type process struct {
	node        *node
	orgURL      orgURL
	receiver    receiver.Logs
	hookHandler http.Handler            // answers the event hook; nil without one
	metrics     *sdkmetric.ManualReader // what the receiver counts; nil without an event hook
	jitterSeed  uint64                  // which the random part of the receiver's waits follows from
	calls       [callKinds]uint64       // how many there were of each kind
	started     time.Time
	period      int
	ended       bool
	stopping    bool // Shutdown was called
	member      member
	done        chan struct{} // closed when it has ended

	uncommitted          []*event // accepted, and not stored as delivered yet
	uncommittedAnnounced int      // how many of these were made of announcements
	storeFailed          bool     // the last write failed
	stalled              bool     // the storage has kept it waiting
	storageTrouble       bool     // the storage has failed, or kept it waiting
	rangeEnded           bool     // it says that it has read its range
	openClients          int      // of the storage
	openBodies           int      // of responses
}

// start makes a receiver, through its factory as a collector does, and starts it.
func (p *process) start() error {
	factory := oktasystemlogreceiver.NewFactory(oktasystemlogreceiver.WithJitterSeed(p.jitterSeed))
	cfg := factory.CreateDefaultConfig().(*oktasystemlogreceiver.Config)
	p.configure(cfg)
	if err := cfg.Validate(); err != nil {
		return err
	}
	set := receivertest.NewNopSettings(factory.Type())
	set.ID = component.NewIDWithName(factory.Type(), p.node.hosts.org)
	set.Logger = p.logger()
	p.collectMetrics(&set)
	var err error
	if p.receiver, err = factory.CreateLogs(context.Background(), set, cfg, p); err != nil {
		return err
	}
	return p.receiver.Start(context.Background(), p)
}

const clientID = "0oaSyntheticClient01"

var (
	networkID = component.MustNewID("simulated_network")
	storageID = component.MustNewID("simulated_storage")
)

func (p *process) configure(cfg *oktasystemlogreceiver.Config) {
	n := p.node
	cfg.OrgURL = p.orgURL.text
	if n.setup.oauth {
		app := cfg.OAuth.GetOrInsertDefault()
		app.ClientID, app.KeyID, app.PrivateKey = clientID, "key", configopaque.String(appKey().pem)
	} else {
		cfg.APIToken = configopaque.String(n.token)
	}
	cfg.PollInterval = n.setup.pollInterval
	cfg.StartAt = string(n.setup.startAt)
	if n.setup.reads.on {
		n.configureRange(cfg)
	}
	cfg.Filter, cfg.PageSize = filters[n.query.filter].text, n.query.pageSize
	cfg.RateLimit.Reserve = n.setup.reserve
	if n.setup.drop {
		cfg.PermanentErrors = "drop"
	}
	cfg.Storage = &storageID
	if n.setup.replicas.on {
		cfg.K8sLeaderElector = &electorID
	}
	cfg.HTTP.Timeout = n.setup.timeout
	cfg.HTTP.Middlewares = []configmiddleware.Config{{ID: networkID}}
	if n.setup.hook.on() {
		n.setup.hook.configure(cfg)
	}
}

// GetExtensions makes a process the host of its receiver.
func (p *process) GetExtensions() map[component.ID]component.Component {
	return map[component.ID]component.Component{
		networkID: &networkExtension{process: p},
		storageID: &storageExtension{process: p},
		electorID: &elector{process: p},
	}
}

// mostUncommitted is how many events of the log may be accepted and not stored: those of a page. Where the pipeline
// refuses for good, the page behind is delivered with it, which tells whether an event or everything is refused.
func (n *node) mostUncommitted(period int) int {
	page := n.periods[period].query.pageSize
	if n.pipeline.denied {
		return 2 * page
	}
	return page
}

// end ends the process: nothing that it does from now on counts. What it has accepted and not stored may be
// delivered once more, which only a disturbance excuses: a crash, a failed store, or a delivery that did not
// return in time. It needs the lock.
func (p *process) end(disturbed bool) {
	if p.ended {
		return
	}
	p.ended = true
	close(p.done)
	n, accepted := p.node, len(p.uncommitted)
	// Events made of announcements belong to no page, and there may be any number of them.
	if accepted > 0 && !disturbed {
		n.fail("repeated", "%d accepted events were not stored as delivered by an orderly stop", accepted)
	} else if most := n.mostUncommitted(p.period); accepted-p.uncommittedAnnounced > most {
		n.fail("repeated", "%d accepted events were not stored when the process ended, at most %d may be", accepted, most)
	}
	mayRepeat(p.uncommitted)
	n.loseLease(p, leaseDuration+leaseRetry/2)
}

// checkClosed checks that a receiver that was shut down has closed its storage. It needs the lock.
func (p *process) checkClosed() {
	if p.openClients != 0 {
		p.node.fail("leftovers", "%d storage clients are open after Shutdown", p.openClients)
	}
}

// signingKey is the app's key in both halves.
type signingKey struct {
	public any
	pem    string
}

// appKey is one key for all nodes: making keys is slow, and no history depends on which key it is.
var appKey = sync.OnceValue(func() signingKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		panic(err)
	}
	return signingKey{key.Public(), string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))}
})
