// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bufio"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// builtInVariables are Grafana's own.
var builtInVariables = []string{"__rate_interval", "__range"}

// Import and provisioning take the file as it is: nothing in it belongs to one Grafana, and the data source is a
// variable.
func TestDashboardsNeedNoEditing(t *testing.T) {
	all := dashboards(t)
	for name, d := range all {
		t.Run(name, func(t *testing.T) {
			assert.Nil(t, d.Inputs, "an import asks for __inputs, and provisioning does not know them")
			assert.NotContains(t, string(d.text(t)), `${DS_`)
			assert.Equal(t, name, d.UID)
			assert.NotEmpty(t, d.Title)
			assert.NotEmpty(t, d.Description)
			assert.Contains(t, d.Tags, "okta")
			assert.Equal(t, 39, d.SchemaVersion, "that of Grafana 10.4 and 11.0, which later ones migrate")
			require.Len(t, d.Links, 1)
			other, there := all[strings.TrimPrefix(d.Links[0].URL, "/d/")]
			assert.True(t, there, d.Links[0].URL)
			assert.NotEqual(t, name, other.name)
			assert.Equal(t, other.Title, d.Links[0].Title)

			kind := map[string]string{"okta-systemlog": prometheusSource, "okta-security": victoriaLogsSource}[name]
			source, there := d.variable("datasource")
			require.True(t, there)
			assert.Equal(t, "datasource", source.Type)
			assert.Equal(t, `"`+kind+`"`, string(source.Query))
			for _, variable := range d.Templating.List {
				assert.NotEmpty(t, variable.Label, variable.Name)
				if variable.Type == "datasource" {
					continue
				}
				assert.Equal(t, &dataSource{Type: kind, UID: "${datasource}"}, variable.Datasource, variable.Name)
				if variable.Type == "query" {
					assert.True(t, variable.Multi && variable.IncludeAll && variable.AllValue != "", variable.Name)
				}
			}
			for _, panel := range d.shown() {
				assert.Equal(t, &dataSource{Type: kind, UID: "${datasource}"}, panel.Datasource, panel.Title)
				for _, target := range panel.Targets {
					assert.Equal(t, panel.Datasource, target.Datasource, panel.Title)
				}
			}
		})
	}
}

func TestDashboardPanelsSayWhatTheyShow(t *testing.T) {
	for name, d := range dashboards(t) {
		t.Run(name, func(t *testing.T) {
			ids, titles, used := map[int]bool{}, map[string]bool{}, map[string]bool{}
			for _, row := range d.Panels {
				assert.False(t, ids[row.ID], "the id %d stands twice", row.ID)
				ids[row.ID] = true
				for _, panel := range row.Panels {
					assert.Equal(t, "row", row.Type)
					assert.False(t, ids[panel.ID], "the id %d stands twice", panel.ID)
					ids[panel.ID] = true
				}
			}
			for _, panel := range d.shown() {
				assert.NotEmpty(t, panel.Title)
				assert.Greater(t, len(panel.Description), 60, "%s says what it means and what to do", panel.Title)
				assert.True(t, strings.HasSuffix(panel.Description, "."), panel.Title)
				assert.False(t, titles[panel.Title], "two panels are called %s", panel.Title)
				titles[panel.Title] = true
				if panel.Type != "logs" {
					assert.NotEmpty(t, panel.FieldConfig.Defaults.Unit, panel.Title)
				}
				if panel.Type != "stat" {
					assert.NotEmpty(t, panel.FieldConfig.Defaults.NoValue, "%s says why it is empty", panel.Title)
				}
				require.NotEmpty(t, panel.Targets, panel.Title)
				refs := map[string]bool{}
				for _, target := range panel.Targets {
					assert.False(t, target.RefID == "" || refs[target.RefID], panel.Title)
					refs[target.RefID] = true
					assert.NotRegexp(t, `\[\d+\w\]|_time:\d`, target.Expr, "%s has an interval of its own", panel.Title)
					for _, variable := range variablesOf(target.Expr + target.LegendFormat) {
						_, declared := d.variable(variable)
						assert.True(t, declared || slices.Contains(builtInVariables, variable), "%s names the variable %s", panel.Title, variable)
						used[variable] = true
					}
				}
			}
			for _, variable := range d.Templating.List {
				if variable.Type == "query" {
					assert.True(t, used[variable.Name], "nothing follows the variable %s", variable.Name)
				}
			}
		})
	}
}

// Grafana moves panels that overlap, each time to another place.
func TestDashboardPanelsDoNotOverlap(t *testing.T) {
	for name, d := range dashboards(t) {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, "row", d.Panels[0].Type)
			assert.Equal(t, "Is ", d.Panels[0].Title[:3], "what matters most is asked at the top")
			requireNoOverlap(t, d.Panels)
			for _, row := range d.Panels {
				assert.Equal(t, row.Collapsed, len(row.Panels) > 0, "%s: a row has its panels in it as long as it is collapsed", row.Title)
				requireNoOverlap(t, row.Panels)
			}
		})
	}
}

func requireNoOverlap(t *testing.T, panels []dashboardPanel) {
	t.Helper()
	taken := map[[2]int]string{}
	for _, panel := range panels {
		at := panel.GridPos
		require.Positive(t, at.W*at.H, panel.Title)
		require.True(t, at.X >= 0 && at.Y >= 0 && at.X+at.W <= 24, panel.Title)
		for x := at.X; x < at.X+at.W; x++ {
			for y := at.Y; y < at.Y+at.H; y++ {
				require.Empty(t, taken[[2]int{x, y}], "%s lies over it", panel.Title)
				taken[[2]int{x, y}] = panel.Title
			}
		}
	}
}

// eventTypeValue is an event type in a query, or with a * behind it what event types begin with.
var eventTypeValue = regexp.MustCompile(`"([a-z_]+(?:\.[A-Za-z_0-9]+)*\.?)"(\*?)`)

// eventTypeFilter is one of the ways in which a query names event types.
var eventTypeFilter = regexp.MustCompile(`okta\.event_type:(?:="[^"]*"\*?|in\([^)]*\)|\(="[^"]*"\*?(?: or ="[^"]*"\*?)*\))`)

// A panel about an event type that Okta doesn't have is always empty and looks as if all were well.
func TestDashboardsNameEventTypesThatOktaHas(t *testing.T) {
	file, err := os.Open(filepath.Join(root, "internal", "okta", "catalogue", "event-types.txt"))
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	var types []string
	for lines := bufio.NewScanner(file); lines.Scan(); {
		name, _, _ := strings.Cut(lines.Text(), " ")
		types = append(types, name)
	}
	checked := 0
	for _, panel := range dashboards(t)["okta-security"].shown() {
		for _, target := range panel.Targets {
			filters := eventTypeFilter.FindAllString(target.Expr, -1)
			assert.Len(t, filters, strings.Count(target.Expr, "okta.event_type:"), "%s names event types so that they can be checked here", panel.Title)
			for _, value := range eventTypeValue.FindAllStringSubmatch(strings.Join(filters, " "), -1) {
				checked++
				assert.True(t, slices.ContainsFunc(types, func(known string) bool {
					return known == value[1] || value[2] == "*" && strings.HasPrefix(known, value[1])
				}), "%s in %s", value[0], panel.Title)
			}
		}
	}
	assert.Greater(t, checked, 50)
}
