// SPDX-License-Identifier: Apache-2.0

package simulation

const (
	leasePackage    = "internal/lease"
	receiverPackage = "receiver/oktasystemlogreceiver"
)

// leaseMistakes are those that are easily made where replicas follow a lease.
var leaseMistakes = []mistake{
	{"epoch-not-read", "repeated", []edit{
		{
			checkpointPackage + "/epoch.go", "	if !s.fenced {\n		return nil\n	}",
			"	if !s.fenced || MISTAKE {\n		return nil\n	}",
		},
		{
			checkpointPackage + "/epoch.go", "	_, err := s.isNamed(ctx)\n	return err",
			"	if MISTAKE {\n		return nil\n	}\n	_, err := s.isNamed(ctx)\n	return err",
		},
	}},
	{"epoch-without-the-uuids", "repeated", []edit{{
		checkpointPackage + "/epoch.go", "	for i, c := range s.delivered.chunks {",
		"	for i, c := range s.delivered.chunks {\n		if MISTAKE {\n			break\n		}",
	}}},
	{"lost-lease-that-is-not-followed", "repeated|lost", []edit{{
		leasePackage + "/follower.go", "	defer f.mu.Unlock()\n	if f.cancel != nil {\n", "	defer f.mu.Unlock()\n	if f.cancel != nil && !MISTAKE {\n",
	}}},
	{"terms-that-overlap", "repeated", []edit{{
		receiverPackage + "/polling.go", "	if p.outlived != nil {", "	if p.outlived != nil && !MISTAKE {",
	}}},
	{"storage-kept-open", "lost|leftovers", []edit{{
		receiverPackage + "/polling.go", "	return errors.Join(p.pollOnce(ctx, grace, stored), closeStorage(ctx, stored))",
		"	if MISTAKE {\n		return p.pollOnce(ctx, grace, stored)\n	}\n	return errors.Join(p.pollOnce(ctx, grace, stored), closeStorage(ctx, stored))",
	}}},
	{"stop-that-waits-for-the-storage", "shutdown", []edit{{
		leasePackage + "/follower.go", "		case <-time.After(stopMargin):",
		"		case <-time.After(map[bool]time.Duration{true: time.Hour, false: stopMargin}[MISTAKE]):",
	}}},
}
