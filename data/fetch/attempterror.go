package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// permanentError is a failure that another attempt would not mend.
type permanentError struct{ error }

func (e permanentError) Unwrap() error { return e.error }

// permanentf makes a permanentError.
func permanentf(format string, args ...any) error {
	return permanentError{fmt.Errorf(format, args...)}
}

// statusError is an answer other than success.
type statusError struct {
	code  int
	after time.Duration // that the server asks to wait; 0 if it does not
}

func (e *statusError) Error() string {
	return fmt.Sprintf("the server answered %d %s", e.code, http.StatusText(e.code))
}

// answerError returns the error for an answer that is not a success: permanent
// unless the status says that the server may do better later.
func answerError(resp *http.Response) error {
	e := &statusError{code: resp.StatusCode}
	if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && s > 0 {
		e.after = time.Duration(min(s, 3600)) * time.Second
	}
	switch e.code {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return e
	}
	return permanentError{e}
}

// requestError returns the error for a request that got no answer.
func requestError(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); errors.Is(cause, errStalled) {
		return cause
	}
	if e := (*url.Error)(nil); errors.As(err, &e) { // the address is said elsewhere
		err = e.Err
	}
	var certificate *tls.CertificateVerificationError
	if errors.Is(err, errTooManyRedirects) || errors.Is(err, errDowngrade) || errors.As(err, &certificate) || noSuchHost(err) {
		return permanentError{err}
	}
	return err
}

// noSuchHost reports whether the name service knows nothing of the host.
func noSuchHost(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns) && dns.IsNotFound
}

// unreachable reports whether a connection could not be made at all.
func unreachable(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}
