// SPDX-License-Identifier: Apache-2.0

package scenario

import (
	"fmt"
	"strings"
	"time"
	"unicode"
)

// Person is one of the org's people.
type Person struct {
	// Name and Login are how events name them.
	Name, Login string
	// City and Country are where they work.
	City, Country string
	// Address is where they work from, as events have it.
	Address string

	id, session string
	admin       bool
	place       *place
	agent       *agent
	deviceID    string
}

// place is where an office is. Its time is without summer time.
type place struct {
	geo
	utc time.Duration // how far its clock is ahead of UTC
	// network is the first part of the office's address, of a range for documentation (RFC 5737).
	network string
}

var offices = []place{
	{geo{"Zürich", "Zurich", "Switzerland", "8001", geolocation{47.3769, 8.5417}}, 1 * time.Hour, "192.0.2.1"},
	{geo{"Dublin", "Leinster", "Ireland", "D02", geolocation{53.3331, -6.2489}}, 0, "192.0.2.2"},
	{geo{"Toronto", "Ontario", "Canada", "M4M", geolocation{43.6567, -79.34}}, -5 * time.Hour, "192.0.2.3"},
	{geo{"São Paulo", "São Paulo", "Brazil", "01000", geolocation{-23.5505, -46.6333}}, -3 * time.Hour, "192.0.2.4"},
	{geo{"Nairobi", "Nairobi County", "Kenya", "00100", geolocation{-1.2833, 36.8167}}, 3 * time.Hour, "192.0.2.5"},
	{geo{"Tokyo", "Tokyo", "Japan", "100-0001", geolocation{35.6895, 139.6917}}, 9 * time.Hour, "192.0.2.6"},
}

// abroad is where nobody of the org works.
var abroad = place{geo{"Reykjavík", "Capital Region", "Iceland", "101", geolocation{64.1466, -21.9426}}, 0, "203.0.113."}

type agent struct {
	userAgent
	kind             string
	device           string
	platform, system string
}

var agents = []agent{
	{userAgent{"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/144.0.0.0 Safari/537.36", "Mac OS X", "CHROME"}, "Computer", "Mac16,7", "OSX", "26.2.0"},
	{userAgent{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/144.0.0.0 Safari/537.36 Edg/144.0.0.0", "Windows 10", "EDGE"}, "Computer", "LAPTOP-7H2K", "WINDOWS", "10.0.26100"},
	{userAgent{"Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1", "iOS (iPhone)", "SAFARI"}, "Mobile", "iPhone", "IOS", "26.1"},
}

// strange is the machine that nobody of the org has.
var strange = agent{userAgent{"Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0", "Linux", "FIREFOX"}, "Computer", "", "", ""}

var (
	firstNames = strings.Fields("Ada Alice Amara Bo Carlos Chioma Daan Elif Emre Fatima Grace Hana Ines Ivan Jonas Kofi Léa Lin Maya Mateo Nadia Ngozi Olga Priya Quinn Rosa Sami Søren Tomás Wei Yusuf Zoë")
	lastNames  = strings.Fields("Berg Castro Demir Eriksen Fischer García Haddad Ito Jensen Kowalska Lind Moreau Nakamura Okafor Petrov Rossi Sato Silva Tanaka Weber")
)

const (
	people = 48
	admins = 5
)

// staff makes the org's people; the first ones are its admins.
func staff(seed uint64) []Person {
	w := newWriter(seed, castStream)
	all, taken := make([]Person, 0, people), map[string]bool{}
	for len(all) < people {
		first, last := pick(w, firstNames), pick(w, lastNames)
		login := ascii(first) + "." + ascii(last) + "@example.com"
		if taken[login] {
			continue
		}
		taken[login] = true
		at := &offices[w.random.IntN(len(offices))]
		all = append(all, Person{
			Name: first + " " + last, Login: login, City: at.City, Country: at.Country,
			Address: fmt.Sprintf("%s%d", at.network, w.random.IntN(10)),
			id:      w.id("00u", 17), session: w.id("idx", 22), admin: len(all) < admins,
			place: at, agent: &agents[w.random.IntN(len(agents))], deviceID: w.id("guo", 17),
		})
	}
	return all
}

// ascii writes a name as logins do, without marks and in lower case.
func ascii(name string) string {
	plain := strings.NewReplacer("é", "e", "á", "a", "í", "i", "ë", "e", "ø", "o").Replace(strings.ToLower(name))
	return strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII {
			return -1
		}
		return r
	}, plain)
}

func (p *Person) party() party {
	return party{ID: p.id, Type: "User", AlternateID: p.Login, DisplayName: p.Name}
}

func (p *Person) target() target { return target{party: p.party()} }

// activity is how busy somebody is at an hour of their own clock, 0 to 1.
var activity = [24]float64{
	.01, .01, .01, .01, .02, .05, .15, .4, .85, 1, 1, .95, .7, .85, 1, 1, .9, .7, .35, .2, .15, .12, .06, .03,
}

// weekendShare is what is left of it on Saturdays and Sundays.
const weekendShare = 0.15

// busy is how busy the person is at a time.
func (p *Person) busy(at time.Time) float64 {
	local := at.UTC().Add(p.place.utc)
	share := activity[local.Hour()]
	if day := local.Weekday(); day == time.Saturday || day == time.Sunday {
		share *= weekendShare
	}
	return share
}
