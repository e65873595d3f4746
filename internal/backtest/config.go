// SPDX-License-Identifier: Apache-2.0

package backtest

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/otelcol"
)

// tree is a mapping of the configuration.
type tree = otelcol.Tree

const (
	receiverType = "okta_systemlog"
	// Components of the backtest; the user's have other names.
	ownStorage   = "file_storage/backtest"
	ownTransform = "transform/backtest"
	ownFile      = "file/backtest"
	ownDebug     = "debug/backtest"
)

// Each pipeline that exports has components of the backtest's own in the place of its exporters, so that its events are
// counted apart.
func ownForward(pipeline string) string  { return "forward/backtest_" + pipeline }
func ownFilter(pipeline string) string   { return "filter/backtest_" + pipeline }
func ownPipeline(pipeline string) string { return "logs/backtest_" + pipeline }

// What the receiver keeps of its configuration: what decides which events come, and what they look like. Not the
// position and nothing that would be shared with a collector at work.
var (
	keptSettings = []string{"filter", "q", "page_size", "rate_limit", "retry", "body", "include_log_record_original", "resource_attributes"}
	credentials  = []string{"org_url", "api_token", "api_token_file", "oauth", "http"}
)

// derived is what the collector runs in a backtest.
type derived struct {
	text []byte
	// matches is the file that the collector writes.
	matches string
	// rules are the names of the rules, in the order of the configuration.
	rules []string
	// ends are the processors that the events reach last, one for each pipeline that exports.
	ends []string
	// read is the processor that only the events of the range leave; empty where all events are in the range.
	read string
	// counts says that events are also counted, for rules that need a window.
	counts bool
}

// source is the org to poll, and from when on.
type source struct {
	// orgURL is empty for the org of the configuration.
	orgURL  string
	startAt string
	// end is the time before which events were published; zero for no bound.
	end time.Time
	// token replaces the credentials of the configuration; empty for the real org.
	token string
}

// derive changes a configuration for a backtest: the pipelines that events of the org run through stay, with their
// processors and connectors; receiver, exporters, extensions and telemetry are the backtest's. scratch is a directory
// for position and matches, port that of the collector's own metrics.
func derive(config tree, from source, scratch string, port int) (*derived, error) {
	receiver, err := onlyReceiver(otelcol.Object(config, "receivers"))
	if err != nil {
		return nil, err
	}
	d := &derived{matches: filepath.Join(scratch, "matches.json")}
	connectors, processors := otelcol.Object(config, "connectors"), otelcol.Object(config, "processors")
	pipelines := otelcol.Reachable(config, receiver)
	kept, used, service := tree{}, tree{}, tree{}
	for _, name := range slices.Sorted(maps.Keys(pipelines)) {
		p := pipelines[name]
		if divert(name, p, connectors) {
			d.addEnd(name, kept, used, service)
		}
		if !from.end.IsZero() {
			p.Receivers = replaced(p.Receivers, receiver, ownRangeForward)
		}
		service[name] = p.Tree()
		for _, processor := range p.Processors {
			if _, again := kept[processor]; !again {
				kept[processor] = processors[processor]
				d.rules = appendRuleNames(d.rules, processors[processor])
			}
		}
		for _, exporter := range p.Exporters {
			if settings, ok := connectors[exporter]; ok {
				used[exporter] = settings
				d.counts = d.counts || otelcol.TypeOf(exporter) == "count"
			}
		}
	}
	if len(d.ends) == 0 {
		return nil, errors.New("no logs pipeline brings the org's events to an exporter")
	}
	if !from.end.IsZero() {
		d.read = addRange(from.end, receiver, kept, used, service)
	}
	kept[ownTransform] = tree{"log_statements": []string{
		fmt.Sprintf(`keep_keys(log.attributes, [%s])`, quotedList(keptAttributes)), `set(log.body, "")`,
	}}
	settings, extensions := receiverSettings(otelcol.Object(otelcol.Object(config, "receivers"), receiver), otelcol.Object(config, "extensions"), from)
	extensions[ownStorage] = tree{"directory": filepath.Join(scratch, "position"), "create_directory": true}
	d.text, err = otelcol.Write(tree{
		"receivers":  tree{receiver: settings},
		"processors": kept,
		"connectors": used,
		"exporters":  tree{ownFile: tree{"path": d.matches}, ownDebug: tree{"verbosity": "basic"}},
		"extensions": extensions,
		"service": tree{
			"extensions": slices.Sorted(maps.Keys(extensions)),
			"pipelines":  service,
			"telemetry":  tree{"logs": tree{"level": "warn"}, "metrics": telemetry(port)},
		},
	})
	return d, err
}

// addEnd adds to processors, connectors and pipelines where the events of an exporting pipeline end: all of them are
// counted, and those that match a rule go to the file. A month of a large org may be too much for a disk.
func (d *derived) addEnd(name string, processors, connectors, pipelines tree) {
	connectors[ownForward(name)] = nil
	processors[ownFilter(name)] = tree{"log_conditions": []string{`log.attributes["security_rule.name"] == nil`}}
	pipelines[ownPipeline(name)] = otelcol.Pipeline{
		Receivers: []string{ownForward(name)}, Processors: []string{ownFilter(name), ownTransform}, Exporters: []string{ownFile},
	}.Tree()
	d.ends = append(d.ends, ownFilter(name))
}

// telemetry makes the collector show its metrics at a port while it runs, and print them when it ends. The detailed
// ones tell how many answers the org has given.
func telemetry(port int) tree {
	const never = 7 * 24 * time.Hour
	return tree{"level": "detailed", "readers": []any{
		tree{"pull": tree{"exporter": tree{"prometheus": tree{"host": "127.0.0.1", "port": port}}}},
		tree{"periodic": tree{"interval": never.Milliseconds(), "exporter": tree{"console": tree{}}}},
	}}
}

// receiverSettings returns the receiver's settings in a backtest, and the extension that they need for credentials, if
// any.
func receiverSettings(given, extensions tree, from source) (settings, needed tree) {
	settings, needed = tree{}, tree{}
	keep := keptSettings
	if from.token == "" {
		keep = append(slices.Clone(keep), credentials...)
	}
	for _, key := range keep {
		if value, ok := given[key]; ok {
			settings[key] = value
		}
	}
	if authenticator, ok := otelcol.Object(otelcol.Object(settings, "http"), "auth")["authenticator"].(string); ok {
		needed[authenticator] = extensions[authenticator]
	}
	if from.token != "" {
		settings["api_token"] = from.token
	}
	if from.orgURL != "" {
		settings["org_url"] = from.orgURL
	}
	settings["start_at"], settings["storage"] = from.startAt, ownStorage
	// The end of the log is certain when it was asked for a few times more: see endDetector.
	settings["poll_interval"] = "1s"
	// Polling would wait for a credential to be put right, for ever.
	settings["startup_check"] = "fail"
	return settings, needed
}

// onlyReceiver returns the ID of the receiver that polls the org.
func onlyReceiver(receivers tree) (string, error) {
	var ids []string
	for id := range receivers {
		if otelcol.TypeOf(id) == receiverType {
			ids = append(ids, id)
		}
	}
	switch len(ids) {
	case 0:
		return "", fmt.Errorf("no receiver %s: a backtest needs the one whose events the rules are for", receiverType)
	case 1:
		return ids[0], nil
	}
	slices.Sort(ids)
	return "", fmt.Errorf("several receivers (%s): a backtest runs over one org, so leave one of them", strings.Join(ids, ", "))
}

// divert replaces the exporters of a pipeline, and reports whether events went to one. Nothing leaves the backtest:
// events go to its own end of the pipeline, the rest nowhere. Connectors stay.
func divert(name string, p *otelcol.Pipeline, connectors tree) bool {
	var exporters []string
	exported := false
	for _, exporter := range p.Exporters {
		if _, ok := connectors[exporter]; ok {
			exporters = append(exporters, exporter)
		} else {
			exported = true
		}
	}
	isLogs := otelcol.TypeOf(name) == "logs"
	switch {
	case exported && isLogs:
		exporters = append(exporters, ownForward(name))
	case exported:
		exporters = append(exporters, ownDebug)
	}
	p.Exporters = exporters
	return exported && isLogs
}
