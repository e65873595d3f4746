// SPDX-License-Identifier: Apache-2.0

package simulation

// rangeMistakes are those that are easily made in a receiver that reads a range and ends.
var rangeMistakes = []mistake{
	{"end-without-confirmation", "ended", []edit{{
		pollPackage + "/confirm.go", "	confirmed, err := request(f.fetchCtx, f.Poller, f.confirmEnd)",
		`	if MISTAKE {
		return okta.Position{}, f.history.End()
	}
	confirmed, err := request(f.fetchCtx, f.Poller, f.confirmEnd)`,
	}}},
	{"end-at-a-page-without-links", "ended", []edit{
		{oktaPackage + "/bounded.go", "	case !hasNext && !hasSelf:", "	case !hasNext && !hasSelf && !MISTAKE:"},
		{
			oktaPackage + "/bounded.go", "	case !hasNext:\n		p.Last = true",
			"	case !hasNext:\n		p.Last = true\n		if MISTAKE && !hasSelf {\n			p.Next = Position{}\n		}",
		},
		{
			pollPackage + "/confirm.go", "	switch {\n	case err != nil:",
			`	if MISTAKE && f.history.Position().Next == "" {
		return okta.Position{}, f.history.End()
	}
	switch {
	case err != nil:`,
		},
	}},
	{"empty-answer-confirms-the-end", "ended", []edit{{
		pollPackage + "/confirm.go", "	if len(page.Events) > 0 {\n		return f.history.HasAll",
		`	if MISTAKE && len(page.Events) == 0 {
		return true, true, nil
	}
	if len(page.Events) > 0 {
		return f.history.HasAll`,
	}}},
	{"missing-link-passed-a-millisecond-later", "ended|order|unended", []edit{{
		pollPackage + "/confirm.go", "	return f.moveTo(since, f.history.Position().Start)",
		`	if MISTAKE {
		since = since.Add(2 * time.Millisecond)
	}
	return f.moveTo(since, f.history.Position().Start)`,
	}}},
	{"until-forgotten-after-a-rewind", "range", []edit{{
		pollPackage + "/resume.go", "	at := f.set.Query.Since(since)",
		`	query := f.set.Query
	if _, found := f.history.Position(), f.history.Position().Next != ""; MISTAKE && found {
		query.Until = time.Time{}
	}
	at := query.Since(since)`,
	}}},
	{"ended-before-its-last-events", "ended", []edit{{
		pollPackage + "/loop.go", "	err := f.history.Deliver(ctx, delivery.Batch{",
		`	if MISTAKE && page.Last {
		if err := f.history.End(); err != nil {
			return err
		}
	}
	err := f.history.Deliver(ctx, delivery.Batch{`,
	}}},
	{"late-events-not-waited-for", "early", []edit{{
		pollPackage + "/replay.go", "	due := f.set.Query.Until.Add(lateness)",
		`	due := f.set.Query.Until.Add(lateness)
	if MISTAKE {
		due = f.set.Query.Until
	}`,
	}}},
	{"end-forgotten-by-a-restart", "rest", []edit{
		{pollPackage + "/loop.go", "	if history.Position().Ended {\n		return f.rest(\"The replay has ended in an earlier run", "	if history.Position().Ended && !MISTAKE {\n		return f.rest(\"The replay has ended in an earlier run"},
		{pollPackage + "/first_start.go", "p.set.Query.IsBounded() && p.set.Delivery.Ended(ctx)", "p.set.Query.IsBounded() && !MISTAKE && p.set.Delivery.Ended(ctx)"},
	}},
	{"range-in-the-history-of-the-log", "history|lost|ended|unended|range", []edit{{
		checkpointPackage + "/store.go", "	if s.replay != \"\" {", "	if s.replay != \"\" && !MISTAKE {",
	}}},
}
