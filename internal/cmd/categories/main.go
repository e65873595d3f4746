// SPDX-License-Identifier: Apache-2.0

// Categories prints event-categories.txt of the package catalogue: each event type that Okta documents, and the
// category that the rules of category-rules.txt give to it. make generate runs it.
package main

import (
	"fmt"
	"os"

	"github.com/otel-okta/okta-systemlog-receiver/internal/okta/catalogue"
)

func main() {
	sorted, err := catalogue.SortTypes()
	if err != nil {
		fmt.Fprintln(os.Stderr, "categories:", err)
		os.Exit(1)
	}
	fmt.Print(sorted)
}
