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
	"go.opentelemetry.io/collector/extension/extensionmiddleware"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receivertest"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otel-okta/okta-systemlog-receiver/receiver/oktasystemlogreceiver"
)

// errGone is what a process that has crashed gets from everything around it.
var errGone = errors.New("the process is gone")

// life is one process of a receiver, from its start to its crash or stop. The member's lock guards
// its fields.
type life struct {
	member   *member
	receiver receiver.Logs
	answers  http.Handler            // to the event hook
	counts   *sdkmetric.ManualReader // what the receiver counts; nil without an event hook
	began    time.Time
	period   int
	over     bool
	ended    chan struct{} // closed when it is over

	uncommitted []*event // accepted, and not stored as delivered yet
	announced   int      // how many of these came from what the event hook said
	storeFailed bool     // the last write failed
	stalled     bool     // the storage has kept it waiting
	clients     int      // storage clients that are open
	bodies      int      // response bodies that are open
}

// start makes a receiver, through its factory as a collector does, and starts it.
func (l *life) start() error {
	factory := oktasystemlogreceiver.NewFactory()
	cfg := factory.CreateDefaultConfig().(*oktasystemlogreceiver.Config)
	l.configure(cfg)
	if err := cfg.Validate(); err != nil {
		return err
	}
	set := receivertest.NewNopSettings(factory.Type())
	set.ID = component.NewIDWithName(factory.Type(), l.member.host)
	l.countInto(&set)
	var err error
	if l.receiver, err = factory.CreateLogs(context.Background(), set, cfg, l); err != nil {
		return err
	}
	return l.receiver.Start(context.Background(), l)
}

const clientID = "0oaSyntheticClient01"

var (
	networkID = component.MustNewID("simulated_network")
	storageID = component.MustNewID("simulated_storage")
)

func (l *life) configure(cfg *oktasystemlogreceiver.Config) {
	m := l.member
	cfg.OrgURL = "https://" + m.host
	if m.setup.oauth {
		app := cfg.OAuth.GetOrInsertDefault()
		app.ClientID, app.KeyID, app.PrivateKey = clientID, "key", configopaque.String(appKey().pem)
	} else {
		cfg.APIToken = configopaque.String(m.token)
	}
	cfg.PollInterval = m.setup.poll
	cfg.StartAt = string(m.setup.startAt)
	cfg.Filter, cfg.PageSize = filters[m.query.filter].text, m.query.pageSize
	cfg.RateLimit.Reserve = m.setup.reserve
	cfg.Storage = &storageID
	cfg.HTTP.Timeout = m.setup.timeout
	cfg.HTTP.Middlewares = []configmiddleware.Config{{ID: networkID}}
	if m.setup.hook.on() {
		m.setup.hook.configure(cfg)
	}
}

// GetExtensions makes a life the host of its receiver.
func (l *life) GetExtensions() map[component.ID]component.Component {
	return map[component.ID]component.Component{networkID: &networkExtension{life: l}, storageID: &storageExtension{life: l}}
}

// networkExtension puts the simulated network in the place of the real one.
type networkExtension struct {
	component.StartFunc
	component.ShutdownFunc
	life *life
}

// GetHTTPRoundTripper implements extensionmiddleware.HTTPClient.
func (e *networkExtension) GetHTTPRoundTripper(context.Context) (extensionmiddleware.WrapHTTPRoundTripperFunc, error) {
	return func(context.Context, http.RoundTripper) (http.RoundTripper, error) {
		return &wire{life: e.life, org: e.life.member.org.Transport()}, nil
	}, nil
}

// storageExtension hands out clients of the member's storage.
type storageExtension struct {
	component.StartFunc
	component.ShutdownFunc
	life *life
}

// GetClient implements storage.Extension.
func (e *storageExtension) GetClient(context.Context, component.Kind, component.ID, string) (storage.Client, error) {
	e.life.member.mu.Lock()
	defer e.life.member.mu.Unlock()
	e.life.clients++
	return &diskClient{life: e.life}, nil
}

// finish ends the life: nothing that it does from now on counts. What it has accepted and not stored
// may be delivered once more, which only a disturbance (a crash, a failed store, a delivery that did
// not return in time) excuses. It needs the lock.
func (l *life) finish(disturbed bool) {
	if l.over {
		return
	}
	l.over = true
	close(l.ended)
	m := l.member
	// What is delivered from the event hook is no page, and as much as did not come.
	if n := len(l.uncommitted); n > 0 && !disturbed {
		m.fails("repeated", "%d accepted events were not stored as delivered by an orderly stop", n)
	} else if most := m.periods[l.period].query.pageSize; n-l.announced > most {
		m.fails("repeated", "%d accepted events were not stored when the process ended, a page is %d", n, most)
	}
	for _, e := range l.uncommitted {
		e.spare++
	}
}

// count checks that a receiver that was shut down has closed everything.
func (l *life) count() {
	l.member.mu.Lock()
	defer l.member.mu.Unlock()
	l.countLocked()
}

func (l *life) countLocked() {
	if l.clients != 0 {
		l.member.fails("leftovers", "%d storage clients are open after Shutdown", l.clients)
	}
}

// signingKey is the app's key in both halves.
type signingKey struct {
	public any
	pem    string
}

// appKey is one key for all: making keys is slow, and no history depends on which it is.
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
