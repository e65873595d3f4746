// SPDX-License-Identifier: Apache-2.0

// Package e2e tests the collector as a user runs it: the built distribution as a process, with the simulator in the
// place of Okta and a far end in the place of the user's backend.
//
// # How to run them
//
//	make test            builds the programs, then runs these tests among all others
//	make e2e             the same tests, with the collector killed more often
//	make e2e-backends    the tests that need other programs, which it builds too
//	make compat          those of the newest and the oldest Collector that the receiver works with, which it builds
//	make e2e-image       the tests of the container image, which it makes too, with runc
//	make test-packages   those that install packages in a Debian, which it makes too, as root
//	make e2e-kubernetes  those that need a Kubernetes API server, which it builds too, and kubectl
//	go test ./internal/e2e -run TestKilledWhileTailing -kills=20 -seed=7
//	go test -tags=backends ./internal/e2e -run TestBackendExamples/kafka
//
// The last two run one test, on what make build, or make e2e-backends, has left in _build. OKTA_EVENTS=file puts
// recorded events, one a line, in the place of those in testdata where every field must arrive.
//
// # What is where
//
// What befalls the collector, and that no event is lost or repeated:
//
//	version_test.go              both programs and the records have the same version
//	distribution_test.go         what the distribution has, refuses and keeps secret; restarts; every field arrives
//	kill_test.go                 SIGKILL at each point in the way of a page
//	outage_test.go               Okta and the far end go away, hang and come back
//	refusals_test.go             far ends that refuse what they get
//	diskfull_linux_test.go       no room for the position
//
//	compat_test.go               the same with the newest and the oldest Collector (the tag compat)
//
// What users copy and operators see:
//
//	examples_valid_test.go       each file in examples is a valid configuration
//	examples_secrets_test.go     what keeps a secret writes it where an example reads it
//	detections_test.go           each rule matches its cases and nothing else
//	detections_counts_test.go    what is counted in windows is what the alert rules expect
//	run_test.go                  make run, and what is on its screen
//	scenario_test.go             the rules find each step of the simulator's takeover
//	detections_eventtypes_test.go  the rules name event types that Okta has
//	alert_rules_test.go          alert rules, by Prometheus' promtool
//	dashboards_test.go           dashboards are whole, and say what they show
//	dashboards_metrics_test.go   each PromQL of theirs meets metrics of the collector, and yields something in Prometheus
//	backtest_test.go             the rules over events of the past
//	replay_test.go               a time range again; replay_linux_test.go beside a live collector, and killed
//	metrics_status_test.go       metrics and component status, as documented
//	many_orgs_linux_test.go      many orgs with one configuration, each with its own far end
//	migration_test.go            changing over from other collectors, as documented
//
// Far ends that are programs of their own (the tag backends; names of tests begin with TestBackend):
//
//	backend_examples_test.go     each example, at work, delivers to its far end; backend_examples_checks_test.go has
//	                             what must hold of the records
//	backend_restarts_test.go     VictoriaLogs, Kafka and a second Collector are restarted or come late
//	backend_files_test.go        archive and lake while a store is away or a disk was full
//	backend_privacy_test.go      malformed events tell of nobody
//	backend_cef_test.go          CEF of hostile events
//	backend_dashboards_test.go   each LogsQL of a dashboard yields rows in VictoriaLogs with the columns that it shows
//	backend_dashboards_takeover_test.go  they show whose account was taken over in the simulator's scenario, and how
//	backend_demo_test.go         make demo, clicked through in a browser, and the picture of it
//
// The container image (the tag image; names of tests begin with TestImage):
//
//	image_contents_test.go       what is in it, to the file, what it says of itself and what the examples expect of it
//	image_run_test.go            it polls and resumes as a container, and okta-systemlog checks the connection in it
//
// Packages, installed and run (the tag packages; names of tests begin with TestPackage; make test-packages):
//
//	packages_deb_test.go         the installation page in a Debian: install, start, upgrade, remove, purge; the unit
//	packages_files_test.go       what packages have, and the archive of the page
//	packages_debian_test.go      a Debian in a folder, and a unit's command line as systemd would run it
//
// The files helper_… hold what tests are made of: processes; a collector between a simulator and an OTLP endpoint that
// both live in the test (testbed); a collector that writes to a file (pipeline); an org's log; a second Collector;
// VictoriaLogs; Prometheus; dashboards; the image and a container.
package e2e
