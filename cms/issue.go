package cms

// Malformed tells whether the object breaks a rule. Advice that is not followed, the word
// SHOULD in a standard, is told as well, and breaks none.
func (i Issue) Malformed() bool { return i.Code != "parameters-null" }
