// SPDX-License-Identifier: Apache-2.0

// Package apierror makes the error answers of Okta's management API: a status, a JSON object with Okta's error code,
// and the causes. Codes and summaries are those of Okta's error code catalogue.
package apierror
