package data

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// fortranFormat is an edit descriptor of Fortran for the records of a file
// with fixed columns: (16I5), (1P,5E16.8), (4D20.12), (10F7.1).
type fortranFormat struct {
	text    string
	perLine int  // fields on a line
	width   int  // characters of a field
	point   int  // digits behind an implied decimal point
	scale   int  // of kP: fields without an exponent are divided by 10^scale
	integer bool // I
}

var fortranPattern = regexp.MustCompile(`(?i)^\((?:([+-]?\d{1,2})P,?)?(\d{0,4})([IEDFG])(\d{1,3})(?:\.(\d{1,2})(?:E\d{1,2})?)?\)$`)

// parseFortranFormat reads a format of one descriptor that repeats.
func parseFortranFormat(text string) (fortranFormat, error) {
	f := fortranFormat{text: text, perLine: 1}
	parts := fortranPattern.FindStringSubmatch(strings.ReplaceAll(text, " ", ""))
	if parts == nil {
		return f, errors.New("a Fortran format that is not understood, want one like (16I5) or (1P,5E16.8)")
	}
	for k, value := range []*int{1: &f.scale, 2: &f.perLine, 4: &f.width, 5: &f.point} {
		if value != nil && parts[k] != "" {
			*value, _ = strconv.Atoi(parts[k]) // a few digits, by the pattern
		}
	}
	f.integer = strings.EqualFold(parts[3], "I")
	if f.width == 0 || f.perLine == 0 {
		return f, errors.New("a Fortran format of no width")
	}
	return f, nil
}

// int32 parses an integer field, which is below 2^31.
func (f fortranFormat) int32(field string) (int32, error) {
	i, err := strconv.ParseInt(strings.TrimSpace(field), 10, 32)
	if err != nil {
		return 0, errors.New("not an integer")
	}
	return int32(i), nil
}

// float parses a number by the rules of Fortran 77 (ANSI X3.9-1978, 13.5.9):
// without a point the last digits are decimals, and a scale factor divides
// numbers without an exponent. An exponent may lack its letter (1.5-3).
func (f fortranFormat) float(field string) (float64, error) {
	s := fortranExponent(strings.TrimSpace(field))
	mantissa, exponent := s, 0
	if k := strings.IndexAny(s, "eE"); k >= 0 {
		mantissa = s[:k]
	} else if k := strings.LastIndexAny(s, "+-"); k > 0 {
		mantissa, s = s[:k], s[:k]+"E"+s[k:]
	} else {
		exponent -= f.scale
	}
	if !strings.ContainsAny(mantissa, "0123456789") { // NaN and Inf
		exponent = 0
	} else if !strings.Contains(mantissa, ".") {
		exponent -= f.point
	}
	if strings.ContainsAny(s, "xX_") {
		return 0, errors.New("not a number")
	}
	if exponent != 0 { // let ParseFloat round once
		given := 0
		if k := strings.IndexAny(s, "eE"); k >= 0 {
			var err error
			if given, err = strconv.Atoi(s[k+1:]); err != nil || max(given, -given) > math.MaxInt16 {
				return 0, errors.New("not a number")
			}
		}
		s = fmt.Sprintf("%sE%d", mantissa, given+exponent)
	}
	x, err := strconv.ParseFloat(s, 64)
	switch {
	case errors.Is(err, strconv.ErrSyntax):
		return 0, errors.New("not a number")
	case err != nil || !finite(x):
		return 0, errNotFinite
	}
	return x, nil
}

// fortranExponent turns the mark of an exponent in double precision, D, into
// E.
func fortranExponent(field string) string {
	if strings.ContainsAny(field, "xX") { // a hexadecimal digit
		return field
	}
	return strings.NewReplacer("D", "E", "d", "E").Replace(field)
}
