package interop

import "strings"

// optionTags are the SIP option tags of the IANA registry "Session Initiation Protocol (SIP)
// Parameters".
var optionTags = func() map[string]bool {
	tags := make(map[string]bool)
	for tag := range strings.FieldsSeq(`
		100rel 199 answermode early-session eventlist explicitsub from-change geolocation-http
		geolocation-sip gin gruu histinfo ice join multiple-refer norefersub nosub outbound path
		policy precondition pref privacy recipient-list-invite recipient-list-message
		recipient-list-subscribe record-aware replaces resource-priority sdp-anat sec-agree siprec
		tdialog timer trickle-ice uui`) {
		tags[tag] = true
	}
	return tags
}()

// unregistered returns a copy of the first option tag of a list that is not registered, "" if all
// are.
func unregistered(list string) string {
	for tag := range strings.SplitSeq(list, ",") {
		tag = strings.TrimSpace(tag)
		if tag != "" && !optionTags[tag] && !optionTags[strings.ToLower(tag)] {
			return strings.Clone(short(strings.ToLower(tag)))
		}
	}
	return ""
}
