package event

// A Message goes from one end of a comm to the other: from code in a cell to
// what a front end draws for it, or back. A comm is a line that is kept open,
// as Jupyter defines it.
type Message struct {
	Type     MessageType    `json:"type"`
	ID       string         `json:"id"`               // of the comm
	Target   string         `json:"target,omitempty"` // of Open: what the other end is to be
	Data     map[string]any `json:"data,omitempty"`
	Metadata map[string]any `json:"metadata,omitempty"`

	// Capture names a field of Data["state"] that is to be set to the front
	// end's own name of what runs at present. An output widget takes what is
	// shown under that name.
	Capture string `json:"capture,omitempty"`
}

// A MessageType says what a [Message] does to its comm.
type MessageType string

// The types of messages.
const (
	Open  MessageType = "open"
	Send  MessageType = "msg"
	Close MessageType = "close"
)
