package report

import (
	"math"
	"time"

	"sipsecdump/sipparse/dialog"
	"sipsecdump/sipparse/sdp"
)

type jsonCall struct {
	CallID          string         `json:"call_id,omitempty"`
	Method          string         `json:"method"`
	From            string         `json:"from,omitempty"`
	To              string         `json:"to,omitempty"`
	Src             string         `json:"src"`
	Dst             string         `json:"dst"`
	State           string         `json:"state"`
	Status          int            `json:"status,omitempty"`
	Phrase          string         `json:"phrase,omitempty"`
	Reason          string         `json:"reason,omitempty"`
	Warning         string         `json:"warning,omitempty"`
	Contact         string         `json:"contact,omitempty"`
	Started         string         `json:"started"`
	Answered        string         `json:"answered,omitempty"`
	Ended           string         `json:"ended,omitempty"`
	Last            string         `json:"last"`
	First           uint64         `json:"first_message"`
	LastMessage     uint64         `json:"last_message"`
	Messages        int            `json:"messages"`
	Retransmissions int            `json:"retransmissions,omitempty"`
	Modifications   int            `json:"modifications,omitempty"`
	Dialogs         []jsonDialog   `json:"dialogs,omitempty"`
	DialogsOmitted  int            `json:"dialogs_omitted,omitempty"`
	Transfers       []jsonTransfer `json:"transfers,omitempty"`
	TransfersMore   int            `json:"transfers_omitted,omitempty"`
	Media           *jsonMedia     `json:"media,omitempty"`
	Metrics         *jsonMetrics   `json:"metrics,omitempty"`
	Security        jsonSecurity   `json:"security"`
	Legs            []jsonLeg      `json:"legs,omitempty"`
	LegsOmitted     bool           `json:"legs_omitted,omitempty"`
	Evicted         bool           `json:"evicted,omitempty"`
}

type jsonDialog struct {
	FromTag string `json:"from_tag"`
	ToTag   string `json:"to_tag"`
	State   string `json:"state"`
}

type jsonTransfer struct {
	SIP    uint64 `json:"sip"`
	To     string `json:"to"`
	Status int    `json:"status,omitempty"`
}

type jsonMedia struct {
	Caller         *jsonSDP     `json:"caller,omitempty"`
	Callee         *jsonSDP     `json:"callee,omitempty"`
	Changes        []jsonChange `json:"changes,omitempty"`
	ChangesOmitted int          `json:"changes_omitted,omitempty"`
	Unreadable     int          `json:"unreadable,omitempty"`
}

type jsonSDP struct {
	Origin string       `json:"origin"`
	Media  []jsonStream `json:"media"`
	Cut    bool         `json:"cut,omitempty"`
}

type jsonStream struct {
	Type      string   `json:"type"`
	Address   string   `json:"address,omitempty"`
	Port      int      `json:"port"`
	Proto     string   `json:"proto"`
	Codecs    []string `json:"codecs,omitempty"`
	Direction string   `json:"direction"`
	Keying    []string `json:"keying,omitempty"`
}

type jsonChange struct {
	SIP   uint64 `json:"sip"`
	Side  string `json:"side"`
	Media int    `json:"media"`
	Field string `json:"field"`
	Old   string `json:"old,omitempty"`
	New   string `json:"new,omitempty"`
}

// jsonMetrics are in seconds.
type jsonMetrics struct {
	RRD *float64 `json:"rrd,omitempty"`
	SRD *float64 `json:"srd,omitempty"`
	SDD *float64 `json:"sdd,omitempty"`
	SDT *float64 `json:"sdt,omitempty"`
}

// jsonRatios are in percent.
type jsonRatios struct {
	SER  *float64 `json:"ser,omitempty"`
	SEER *float64 `json:"seer,omitempty"`
	ISA  *float64 `json:"isa,omitempty"`
	SCR  *float64 `json:"scr,omitempty"`
	IRA  *float64 `json:"ira,omitempty"`
}

type jsonSecurity struct {
	Transports []string   `json:"transports"`
	TLS        []jsonTLS  `json:"tls,omitempty"`
	Signed     *jsonCheck `json:"signed,omitempty"`
	Encrypted  *jsonCheck `json:"encrypted,omitempty"`
	Identity   *jsonCheck `json:"identity,omitempty"`
	Media      []string   `json:"media,omitempty"`
	Omitted    bool       `json:"omitted,omitempty"`
}

type jsonTLS struct {
	Protocol    string `json:"protocol"` // by name, as people say it: "TLS 1.2"
	CipherSuite string `json:"cipher_suite"`
}

// jsonCheck counts messages: of those that have the protection, how many it held for, it failed
// for, and for how many that could not be tried.
type jsonCheck struct {
	Messages int    `json:"messages"`
	Held     int    `json:"held"`
	Failed   int    `json:"failed"`
	NotTried int    `json:"not_tried"`
	Reason   string `json:"reason,omitempty"`
	Repaired int    `json:"repaired,omitempty"`
}

type jsonLeg struct {
	CallID string `json:"call_id"`
	By     string `json:"by"`
}

func jsonCallOf(c *dialog.Call) jsonCall {
	j := jsonCall{
		CallID: c.CallID, Method: c.Method, From: c.From, To: c.To,
		Src: endpoint(c.Src), Dst: endpoint(c.Dst),
		State: c.State.String(), Status: c.Status, Phrase: c.Phrase,
		Reason: c.Reason, Warning: c.Warning, Contact: c.Contact,
		Started: jsonTime(c.Started), Answered: jsonTime(c.Answered), Ended: jsonTime(c.Ended), Last: jsonTime(c.Last),
		First: c.First, LastMessage: c.LastMessage, Messages: c.Messages,
		Retransmissions: c.Retransmissions, Modifications: c.Modifications,
		DialogsOmitted: c.DialogsOmitted, TransfersMore: c.TransfersOmitted,
		Media: jsonMediaOf(&c.Media), Metrics: jsonMetricsOf(&c.Metrics), Security: jsonSecurityOf(&c.Security),
		LegsOmitted: c.LegsOmitted, Evicted: c.Evicted,
	}
	for _, d := range c.Dialogs {
		j.Dialogs = append(j.Dialogs, jsonDialog{d.FromTag, d.ToTag, d.State.String()})
	}
	for _, t := range c.Transfers {
		j.Transfers = append(j.Transfers, jsonTransfer{t.Message, t.To, t.Status})
	}
	for _, l := range c.Legs {
		j.Legs = append(j.Legs, jsonLeg(l))
	}
	return j
}

func jsonTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339Nano)
}

func jsonMediaOf(m *dialog.Media) *jsonMedia {
	if m.Caller == nil && m.Callee == nil && m.Unreadable == 0 {
		return nil
	}
	j := &jsonMedia{
		Caller: jsonSDPOf(m.Caller), Callee: jsonSDPOf(m.Callee),
		ChangesOmitted: m.ChangesOmitted, Unreadable: m.Unreadable,
	}
	for _, c := range m.Changes {
		side := "caller"
		if c.Callee {
			side = "callee"
		}
		j.Changes = append(j.Changes, jsonChange{c.Message, side, c.Change.Media, c.Field, c.Old, c.New})
	}
	return j
}

func jsonSDPOf(s *sdp.Session) *jsonSDP {
	if s == nil {
		return nil
	}
	j := &jsonSDP{Origin: s.Origin, Media: make([]jsonStream, len(s.Media)), Cut: s.Cut}
	for i := range s.Media {
		m := &s.Media[i]
		j.Media[i] = jsonStream{m.Type, m.Address, m.Port, m.Proto, m.Codecs, m.Direction, m.Keying}
	}
	return j
}

func jsonMetricsOf(m *dialog.Metrics) *jsonMetrics {
	j := jsonMetrics{RRD: seconds(m.RRD), SRD: seconds(m.SRD), SDD: seconds(m.SDD), SDT: seconds(m.SDT)}
	if j == (jsonMetrics{}) {
		return nil
	}
	return &j
}

func seconds(d dialog.Delay) *float64 {
	span, ok := d.Get()
	if !ok {
		return nil
	}
	s := span.Seconds()
	return &s
}

func jsonRatiosOf(t *dialog.Totals) *jsonRatios {
	percent := func(p float64, ok bool) *float64 {
		if !ok {
			return nil
		}
		p = math.Round(p*1000) / 1000
		return &p
	}
	j := jsonRatios{percent(t.SER()), percent(t.SEER()), percent(t.ISA()), percent(t.SCR()), percent(t.IRA())}
	if j == (jsonRatios{}) {
		return nil
	}
	return &j
}

func jsonSecurityOf(s *dialog.Security) jsonSecurity {
	j := jsonSecurity{
		Transports: s.Transports, Media: s.Media, Omitted: s.Omitted,
		Signed: jsonCheckOf(s.Signed), Encrypted: jsonCheckOf(s.Encrypted), Identity: jsonCheckOf(s.Identity),
	}
	for _, t := range s.TLS {
		j.TLS = append(j.TLS, jsonTLS{t.Version, t.Suite})
	}
	return j
}

func jsonCheckOf(c dialog.Check) *jsonCheck {
	if c.Messages == 0 {
		return nil
	}
	j := jsonCheck(c)
	return &j
}
