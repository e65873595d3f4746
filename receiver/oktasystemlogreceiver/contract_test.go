// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pipeline"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receivertest"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/generate"
)

// happenings makes events happen for the contract check, in a new org for each of its scenarios.
type happenings struct {
	org    atomic.Pointer[oktatest.Org]
	events *generate.Generator
}

func (h *happenings) renew() {
	h.org.Store(oktatest.NewOrg(oktatest.Options{RateLimit: oktatest.NoRateLimit}))
}

func (h *happenings) Start() {}
func (h *happenings) Stop()  { h.renew() }

func (h *happenings) Generate() []receivertest.UniqueIDAttrVal {
	org := h.org.Load()
	event := h.events.Event(org.Now())
	org.Append(event)
	return []receivertest.UniqueIDAttrVal{receivertest.UniqueIDAttrVal(event.UUID)}
}

func (h *happenings) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.org.Load().ServeHTTP(w, r) }

// withUniqueIDs is the factory, but that the next consumer finds each record's uuid under the name
// by which the contract check knows its records.
type withUniqueIDs struct{ receiver.Factory }

func (f withUniqueIDs) CreateLogs(ctx context.Context, set receiver.Settings, cfg component.Config, next consumer.Logs) (receiver.Logs, error) {
	renaming, err := consumer.NewLogs(func(ctx context.Context, ld plog.Logs) error {
		for _, record := range ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
			if uid, ok := record.Attributes().Get("log.record.uid"); ok {
				record.Attributes().PutStr(receivertest.UniqueIDAttrName, uid.Str())
			}
		}
		return next.ConsumeLogs(ctx, ld)
	}, consumer.WithCapabilities(consumer.Capabilities{MutatesData: true}))
	if err != nil {
		return nil, err
	}
	return f.Factory.CreateLogs(ctx, set, cfg, renaming)
}

func TestConsumeContract(t *testing.T) {
	org := &happenings{events: generate.New(5)}
	org.renew()
	server := httptest.NewServer(org)
	defer server.Close()
	cfg := configFor(server)
	// The contract that is checked here wants what is refused for good not to be offered again.
	cfg.PermanentErrors = permanentDrop
	receivertest.CheckConsumeContract(receivertest.CheckConsumeContractParams{
		T:             t,
		Factory:       withUniqueIDs{NewFactory()},
		Signal:        pipeline.SignalLogs,
		Config:        cfg,
		Generator:     org,
		GenerateCount: 20, // half of all calls are refused in some scenarios, so that calls stay small
	})
}
