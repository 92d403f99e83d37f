package main

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"strconv"
)

// connection is one HTTP/1.1 connection with the part of the protocol that a load needs.
//
// A client that puts headers into maps costs more than a good server does for the same request. On two cores both share the
// CPU, so with a fast server the measurement would mostly show the client.
type connection struct {
	address string
	tcp     net.Conn
	in      *bufio.Reader
	// Connections to further instances of the same registry. Requests go to all instances in turn, as behind a round robin.
	others []*connection
	turn   int
}

// answer is the checked part of a response. Of the body, only the beginning of an error is kept.
type answer struct {
	status   int
	location string
	text     string
}

const (
	readBytes = 256 << 10
	shownText = 500
)

// dial connects to all instances of the registry.
func dial(addresses []string) *connection {
	made := dialWith(addresses[0], readBytes)
	for _, address := range addresses[1:] {
		made.others = append(made.others, dialWith(address, readBytes))
	}
	return made
}

// dialWith connects with a smaller buffer than usual, for many connections.
func dialWith(address string, buffer int) *connection {
	tcp, err := net.Dial("tcp", address)
	if err != nil {
		fail("%v", err)
	}
	return &connection{address: address, tcp: tcp, in: bufio.NewReaderSize(tcp, buffer)}
}

func (c *connection) close() {
	c.tcp.Close()
	for _, other := range c.others {
		other.close()
	}
}

// inTurn returns the connection for the next request.
func (c *connection) inTurn() *connection {
	c.turn++
	if place := c.turn % (len(c.others) + 1); place > 0 {
		return c.others[place-1]
	}
	return c
}

// head returns a request up to its body. Each header line includes its end.
func (c *connection) head(method, target, headers string) []byte {
	return []byte(method + " " + target + " HTTP/1.1\r\nHost: " + c.address + "\r\n" + headers + "\r\n")
}

// exchange sends a request and reads the whole response.
func (c *connection) exchange(head []byte, body ...[]byte) answer {
	return c.inTurn().exchangeHere(head, body...)
}

func (c *connection) exchangeHere(head []byte, body ...[]byte) answer {
	c.send(head, body...)
	got := c.readHead()
	length := got.length
	if head[0] == 'H' {
		length = 0
	}
	if got.status >= 400 && length > 0 {
		text := make([]byte, min(length, shownText))
		c.check(io.ReadFull(c.in, text))
		got.text, length = string(text), length-int64(len(text))
	}
	c.skip(length)
	if got.closing {
		c.tcp.Close()
		again := dialWith(c.address, c.in.Size())
		c.tcp, c.in = again.tcp, again.in
	}
	return got.answer
}

func (c *connection) send(head []byte, body ...[]byte) {
	if len(body) == 0 {
		c.check(c.tcp.Write(head))
		return
	}
	// One system call for many pieces, without copying them.
	pieces := append(net.Buffers{head}, body...)
	if _, err := pieces.WriteTo(c.tcp); err != nil {
		fail("%v", err)
	}
}

// answerHead is a response up to its body; the length of a chunked body is -1.
type answerHead struct {
	answer
	length  int64
	closing bool
}

func (c *connection) readHead() answerHead {
	var got answerHead
	status := c.line()
	if len(status) < len("HTTP/1.1 200") {
		fail("no answer of HTTP: %q", status)
	}
	got.status, _ = strconv.Atoi(string(status[9:12]))
	for {
		line := c.line()
		if len(line) == 0 {
			return got
		}
		if value, found := header(line, "content-length:"); found {
			got.length, _ = strconv.ParseInt(string(value), 10, 64)
		} else if value, found := header(line, "location:"); found {
			got.location = string(value)
		} else if _, found := header(line, "transfer-encoding:"); found {
			got.length = -1
		} else if value, found := header(line, "connection:"); found {
			got.closing = bytes.EqualFold(value, []byte("close"))
		}
	}
}

// skip reads and discards a body of that length, or a chunked one.
func (c *connection) skip(length int64) {
	if length >= 0 {
		c.check(c.in.Discard(int(length)))
		return
	}
	for {
		size, err := strconv.ParseInt(string(c.line()), 16, 64)
		if err != nil {
			fail("no chunk: %v", err)
		}
		c.check(c.in.Discard(int(size)))
		// The end of the chunk or, after the last one, of the trailers, which no server sends.
		c.line()
		if size == 0 {
			return
		}
	}
}

func (c *connection) line() []byte {
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		fail("the answer ended early: %v", err)
	}
	return bytes.TrimRight(line, "\r\n")
}

func (c *connection) check(_ int, err error) {
	if err != nil {
		fail("%v", err)
	}
}

func header(line []byte, name string) ([]byte, bool) {
	if len(line) < len(name) || !bytes.EqualFold(line[:len(name)], []byte(name)) {
		return nil, false
	}
	return bytes.TrimSpace(line[len(name):]), true
}
