// SPDX-License-Identifier: Apache-2.0

package generate

import (
	"strings"
)

// person is one of the org's synthetic people, with the place and the machine they usually work from.
type person struct {
	id, name, login, session, service string
	ip, ip6                           string
	place                             *place
	agent                             *agent
	machine                           *machine
}

type place struct{ city, state, country, postal, lat, lon string }

var places = []place{
	{"Toronto", "Ontario", "Canada", "M4M", "43.6567", "-79.34"},
	{"Anytown", "California", "United States", "90210", "34.0901", "-118.4065"},
	{"Zürich", "Zurich", "Switzerland", "8001", "47.3769", "8.5417"},
	{"São Paulo", "São Paulo", "Brazil", "01000", "-23.5505", "-46.6333"},
	{"東京", "東京都", "Japan", "100-0001", "35.6895", "139.6917"},
	{"Dublin", "Leinster", "Ireland", "D02", "53.3331", "-6.2489"},
	{"Kraków", "Lesser Poland", "Poland", "31-001", "50.0614", "19.9366"},
	{"Nairobi", "Nairobi County", "Kenya", "00100", "-1.2833", "36.8167"},
}

type agent struct{ raw, os, browser, device string }

var agents = []agent{
	{"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/144.0.0.0 Safari/537.36", "Mac OS X", "CHROME", "Computer"},
	{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/144.0.0.0 Safari/537.36 Edg/144.0.0.0", "Windows 10", "EDGE", "Computer"},
	{"Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0", "Linux", "FIREFOX", "Computer"},
	{"Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1", "iOS (iPhone)", "SAFARI", "Mobile"},
	{"D2DD7D3915.com.okta.android.auth/8.14.0 DeviceSDK/1.0 Android/16 Google/Pixel_9", "Android 16", "UNKNOWN", "Mobile"},
	{"python-requests/2.32", "Unknown", "UNKNOWN", "Unknown"},
}

type machine struct{ name, platform, version, disk, lock string }

var machines = []machine{
	{"Mac16,7", "OSX", "26.2.0", "ALL_INTERNAL_VOLUMES", "BIOMETRIC"},
	{"LAPTOP-7H2K", "WINDOWS", "10.0.26100", "SYSTEM_VOLUME", "PASSCODE"},
	{"Pixel 9", "ANDROID", "16", "FULL", "BIOMETRIC"},
}

var (
	firstNames = strings.Fields("Jane Alice Bob Carlos Chioma Daan Emre Fatima Grace Hana Ivan Jürgen Kofi Léa Mateo Ngozi Olga Priya Quinn Søren Tomás Wei Yusuf Zoë")
	lastNames  = strings.Fields("Doe Example Sample Müller García Okafor Nakamura Smith Jensen Kowalska Silva Haddad Nguyen O’Brien Petrov Tanaka")
	networks   = []string{"192.0.2.", "198.51.100.", "203.0.113."}
)
