package jupyter

// commInfo lists the open comms: none, since no target is registered.
func (k *kernel) commInfo(*request) answer { return ok(object{"comms": object{}}) }

// commOpen closes the comm at once, as the protocol asks of a side that does
// not know the target.
func (k *kernel) commOpen(r *request) answer {
	var content struct {
		ID string `json:"comm_id"`
	}
	if err := read(r, &content); err != nil {
		k.log.Printf("%v", err)
		return answer{}
	}
	k.publish(r.message, "comm_close", object{"comm_id": content.ID, "data": object{}})
	return answer{}
}
