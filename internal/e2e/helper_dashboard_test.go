// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The types of data sources that dashboards ask.
const (
	prometheusSource   = "prometheus"
	victoriaLogsSource = "victoriametrics-logs-datasource"
)

// dashboard is what tests look at of one of Grafana's.
type dashboard struct {
	name, path string

	UID, Title, Description string
	Tags                    []string
	SchemaVersion           int
	Refresh                 string
	Time                    struct{ From, To string }
	Links                   []struct{ Type, Title, URL string }
	Templating              struct{ List []dashboardVariable }
	Panels                  []dashboardPanel
	// Inputs are what an import would ask for, and what a provisioned dashboard would lack.
	Inputs any `json:"__inputs"`
}

type dashboardVariable struct {
	Name, Label, Type, AllValue string
	Multi, IncludeAll           bool
	Datasource                  *dataSource
	// Query is the type of data source, or a query in the form of its plugin.
	Query json.RawMessage
}

type dataSource struct{ Type, UID string }

type dashboardPanel struct {
	ID                       int
	Type, Title, Description string
	Collapsed                bool
	GridPos                  struct{ X, Y, W, H int }
	Datasource               *dataSource
	Targets                  []dashboardTarget
	FieldConfig              struct {
		Defaults  struct{ Unit, NoValue string }
		Overrides []struct{ Matcher struct{ ID, Options string } }
	}
	Options struct {
		SortBy []struct{ DisplayName string }
	}
	Transformations []struct {
		ID      string
		Options transformation
	}
	// Panels are those in a row that is collapsed. In one that is not they come after it.
	Panels []dashboardPanel
}

// transformation has the options of all those that our tables use.
type transformation struct {
	Source, Format string
	Include        struct{ Names []string }
	Conversions    []struct{ TargetField, DestinationType string }
	IndexByName    map[string]int
	RenameByName   map[string]string
}

type dashboardTarget struct {
	RefID, Expr, LegendFormat, QueryType string
	Instant, Range                       bool
	Datasource                           *dataSource
}

// dashboards returns those of the examples, by the name of the file.
func dashboards(t *testing.T) map[string]dashboard {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(root, "examples", "grafana", "*.json"))
	require.NoError(t, err)
	all := map[string]dashboard{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		d := dashboard{path: path, name: strings.TrimSuffix(filepath.Base(path), ".json")}
		require.NoError(t, json.Unmarshal(text, &d), path)
		all[d.name] = d
	}
	require.Len(t, all, 2)
	return all
}

// shown returns all panels but rows, those in collapsed rows too.
func (d dashboard) shown() []dashboardPanel {
	var panels []dashboardPanel
	for _, panel := range d.Panels {
		if panel.Type != "row" {
			panels = append(panels, panel)
		}
		panels = append(panels, panel.Panels...)
	}
	return panels
}

// variable returns the variable of that name.
func (d dashboard) variable(name string) (dashboardVariable, bool) {
	for _, variable := range d.Templating.List {
		if variable.Name == name {
			return variable, true
		}
	}
	return dashboardVariable{}, false
}

// text returns the file's.
func (d dashboard) text(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile(d.path)
	require.NoError(t, err)
	return bytes.TrimSpace(text)
}

// variableReference is how a query names a variable: $name, ${name} or ${name:format}.
var variableReference = regexp.MustCompile(`\$(?:(\w+)|\{(\w+)(?::\w+)?\})`)

// variablesOf returns the names of the variables in a text.
func variablesOf(text string) []string {
	var names []string
	for _, match := range variableReference.FindAllStringSubmatch(text, -1) {
		names = append(names, match[1]+match[2])
	}
	return names
}

// legendLabel is a label in a legend.
var legendLabel = regexp.MustCompile(`\{\{\s*([^}]+?)\s*\}\}`)

// legendLabels returns the labels that a legend shows.
func (target dashboardTarget) legendLabels() []string {
	var labels []string
	for _, match := range legendLabel.FindAllStringSubmatch(target.LegendFormat, -1) {
		labels = append(labels, match[1])
	}
	return labels
}
