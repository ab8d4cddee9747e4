/* The masking of log lines that truncates addresses, compiled. It repeats addresses.py and masking.py byte for byte, and leaves to
 * Python the few lines with what it only knows the signs of; the tests compare the two on generated lines. No Python headers: loop.py calls it through ctypes, and does without where it is not there. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#ifndef ZUSAGE_SOURCE
#define ZUSAGE_SOURCE ""
#endif
typedef const uint8_t *at_t;
enum { PLAIN, CLIENT, AGENT };
enum { KEPT, DROPPED, DROPPED_UNLESS };
enum { SEPARATOR = 7 }; /* longer ones are not repeated */
enum { LONGEST = 300 }; /* name of a host, and somewhat more */
enum { HEX = 1, DIGIT = 2, ALNUM = 4, SIGN = 8, NAME = 16 };

typedef struct { at_t after; int32_t after_size, quoted, role, drop, unless; } field_t;
typedef struct { at_t before; int32_t before_size, fields; const field_t *field; int32_t ipv4, ipv6; } layout_t;
typedef struct { uint8_t *to; size_t size, room; at_t from; int full, left; } out_t;
typedef struct { at_t start, end, separator; size_t separator_size; int version, certain, port; uint64_t high, low; } address_t;

static uint8_t kind[256];
static const char HEXES[] = "0123456789abcdef";

const char *zusage_source(void) { return ZUSAGE_SOURCE; }

void zusage_begin(void)
{
    for (int c = '0'; c <= '9'; c++) kind[c] |= HEX | DIGIT | ALNUM;
    for (int c = 'a'; c <= 'z'; c++) { kind[c] |= ALNUM; kind[c - 32] |= ALNUM; }
    for (int c = 'a'; c <= 'f'; c++) { kind[c] |= HEX; kind[c - 32] |= HEX; }
    kind['.'] |= SIGN; kind[':'] |= SIGN; kind['%'] |= SIGN; kind['\\'] |= SIGN; kind['-'] |= SIGN;
    for (int c = 0; c < 256; c++) if (kind[c] & ALNUM || c == '.' || c == '-' || c == '_') kind[c] |= NAME;
}

/* -- writing: what is unchanged is copied in long pieces ------------------------------------------------------------------- */

static void put(out_t *out, const void *bytes, size_t size)
{
    if (size > out->room - out->size) { out->full = 1; return; }
    memcpy(out->to + out->size, bytes, size);
    out->size += size;
}

static void replace(out_t *out, at_t start, at_t end) { put(out, out->from, (size_t)(start - out->from)); out->from = end; }

static void put_number(out_t *out, unsigned number, unsigned base)
{
    char text[8]; int at = 8;
    do { text[--at] = HEXES[number % base]; number /= base; } while (number);
    put(out, text + at, (size_t)(8 - at));
}

/* -- what addresses.py matches with regular expressions -------------------------------------------------------------------- */

/* The size of a dot (2e) or colon (3a), plain or escaped; 0 where there is none. */
static size_t sign(at_t p, at_t end, uint8_t plain, uint8_t one, uint8_t other)
{
    if (p >= end) return 0;
    if (*p == plain) return 1;
    if (*p != '%') return 0;
    at_t q = p + 1;
    while (end - q >= 2 && q[0] == '2' && q[1] == '5') q += 2;
    return end - q >= 2 && q[0] == one && (q[1] | 32) == other ? (size_t)(q + 2 - p) : 0;
}
static size_t dot(at_t p, at_t end) { return sign(p, end, '.', '2', 'e'); }
static size_t colon(at_t p, at_t end) { return sign(p, end, ':', '3', 'a'); }
static int hex2(at_t p, at_t end) { return end - p >= 2 && kind[p[0]] & HEX && kind[p[1]] & HEX; }

static size_t escape(at_t p, at_t end)
{
    at_t q = p + 1;
    if (*p == '\\') {
        if (q >= end) return 0;
        if (*q == 'x' && hex2(q + 1, end)) return 4;
        if (*q == 'u' && hex2(q + 1, end) && hex2(q + 3, end)) return 6;
        return 2;
    }
    while (end - q >= 2 && q[0] == '2' && q[1] == '5') q += 2;
    if (hex2(q, end)) q += 2;
    return q - p > 1 ? (size_t)(q - p) : 0;
}

static at_t digits(at_t p, at_t end) { while (p < end && kind[*p] & DIGIT) p++; return p; }

/* One number of a dotted chain: its value, or -1 where it is none of an address. */
static int octet(at_t p, at_t end)
{
    int value = 0;
    if (end - p > 3) return -1;
    for (; p < end; p++) value = value * 10 + (*p - '0');
    return value <= 255 ? value : -1;
}

/* Four numbers from p on: the value in *value and the end; NULL where they do not fit. *dots: the first dot. */
static at_t quad(at_t p, at_t end, uint64_t *value, address_t *found)
{
    *value = 0;
    for (int n = 0; n < 4; n++) {
        at_t stop = digits(p, end);
        int number = stop > p ? octet(p, stop) : -1;
        if (number < 0) return NULL;
        *value = *value << 8 | (uint64_t)number;
        if (n == 3) return stop;
        size_t size = dot(stop, end);
        if (!size) return NULL;
        if (n == 0 && found) { found->separator = stop; found->separator_size = size; }
        p = stop + size;
    }
    return NULL;
}

/* -- truncating, as hiding.py does ------------------------------------------------------------------------------------------ */

static uint64_t first(uint64_t value, int bits, int size)
{
    return bits >= size ? value : bits <= 0 ? 0 : value >> (size - bits) << (size - bits);
}

static void put_quad(out_t *out, uint64_t value, at_t separator, size_t size)
{
    for (int shift = 24; shift >= 0; shift -= 8) {
        put_number(out, (unsigned)(value >> shift & 255), 10);
        if (shift) put(out, separator, size);
    }
}

static void put_six(out_t *out, uint64_t high, at_t separator, size_t size)
{
    int groups = 4;
    while (groups && !(high >> (64 - 16 * groups) & 0xffff)) groups--;
    for (int n = 0; n < groups; n++) {
        if (n) put(out, separator, size);
        put_number(out, (unsigned)(high >> (48 - 16 * n) & 0xffff), 16);
    }
    put(out, separator, size);
    put(out, separator, size);
}

static void hide(const layout_t *layout, out_t *out, const address_t *found)
{
    at_t separator = found->separator;
    size_t size = found->separator_size;
    if (size > SEPARATOR) { separator = (at_t)(found->version == 4 ? "." : ":"); size = 1; }
    int mapped = found->version == 6 && !found->high && found->low >> 32 == 0xffff;
    if (!found->certain) {
        replace(out, found->start, found->end);
        put(out, found->separator, 1);
    } else if (found->version == 4 || mapped) {
        uint64_t value = found->low & 0xffffffff, kept = first(value, layout->ipv4, 32);
        if (kept == value) return;
        /* a dot that is no longer escaped can make a name of what stands beside it */
        out->left |= *separator == '.' && memchr(found->start, '%', (size_t)(found->end - found->start)) != NULL;
        replace(out, found->start, found->end);
        if (found->port) put(out, "[", 1);
        if (mapped) {
            put(out, separator, size); put(out, separator, size); put(out, "ffff", 4); put(out, separator, size);
            put_quad(out, kept, (at_t)".", 1);
        } else put_quad(out, kept, separator, size);
        if (found->port) put(out, "]", 1);
    } else {
        int bits = layout->ipv6;
        if (found->high >> 48 == 0x2002 && bits > 16 + layout->ipv4) bits = 16 + layout->ipv4;
        uint64_t kept = first(found->high, bits, 64);
        if (kept == found->high && !found->low) return;
        replace(out, found->start, found->end);
        if (found->port) put(out, "[", 1);
        put_six(out, kept, separator, size);
        if (found->port) put(out, "]", 1);
    }
}

/* -- finding ------------------------------------------------------------------------------------------------------------------ */

/* A colon, a port, and nothing that goes on. */
static int port(at_t p, at_t end)
{
    at_t number = p + colon(p, end), stop = digits(number, end);
    if (stop == number || stop - number > 5) return 0;
    return stop == end || !(kind[*stop] & ALNUM || *stop == '.' || colon(stop, end));
}

/* A group and a colon, or a double colon, begins here. Returns where to go on; *ok: it is an address. */
static at_t six(at_t start, at_t end, at_t floor, int touching, address_t *found, int *ok)
{
    uint16_t groups[8];
    int size = 0, gaps = 0, gap = 0, digit = 0, tail = 0;
    at_t p = start, stop = start, resume = start;
    found->version = 6; found->separator_size = 0; found->port = 0; *ok = 0;
    for (;;) {
        at_t q = p;
        unsigned value = 0;
        int decimal = 1, some = 0;
        while (q < end && q - p < 4 && kind[*q] & HEX) {
            if (kind[*q] & DIGIT) some = 1; else decimal = 0;
            value = value << 4 | (kind[*q] & DIGIT ? (unsigned)(*q - '0') : (unsigned)((*q | 32) - 'a' + 10));
            q++;
        }
        if (q > p) {
            int dotted = decimal && dot(q, end);
            uint64_t four;
            at_t ends = dotted && found->separator_size ? quad(p, end, &four, NULL) : NULL;
            if (ends) {
                if (size < 7) { groups[size] = (uint16_t)(four >> 16); groups[size + 1] = (uint16_t)four; }
                size += 2; digit = tail = 1;
                resume = p; p = stop = ends; /* where the groups before it make no address, it is one by itself */
            } else {
                if (size < 8) groups[size] = (uint16_t)value;
                size++; digit |= some;
                stop = q; resume = dotted ? p : q; p = q;
            }
        } else if (p > start) break; /* nothing after a colon */
        size_t one = tail ? 0 : colon(p, end);
        if (!one) break;
        if (!found->separator_size) { found->separator = p; found->separator_size = one; }
        if (size == 8 && !gaps && !tail && port(p, end)) { found->port = 1; break; }
        size_t two = colon(p + one, end);
        if (two) {
            if (!gaps++) gap = size;
            p = stop = resume = p + one + two;
            if (colon(p, end)) break;
        } else {
            p += one;
            if (p >= end || !(kind[*p] & HEX)) { resume = p; break; }
        }
    }
    int before = touching || (start > floor && kind[start[-1]] & ALNUM), behind = stop < end && kind[*stop] & ALNUM;
    int certain = (gaps == 1 && size >= 1 && size <= 7) || (gaps == 0 && size == 8);
    int doubtful = !certain && size > 0 && (gaps > 1 || size >= 8);
    if (!((certain || doubtful) && (digit || !(before || behind || doubtful)))) return resume;
    if (before || behind) certain = 0;
    for (size_t more = !certain; more; stop += more) more = stop < end && (kind[*stop] & ALNUM || *stop == '.') ? 1 : colon(stop, end);
    if (!certain) found->separator = (at_t)(before ? "x" : "-"), found->separator_size = 1;
    found->start = start;
    found->end = stop; found->certain = certain; found->high = found->low = 0; *ok = 1;
    for (int n = 0; certain && n < size; n++) {
        int place = gaps && n >= gap ? 8 - size + n : n;
        if (place < 4) found->high |= (uint64_t)groups[n] << (48 - 16 * place);
        else found->low |= (uint64_t)groups[n] << (112 - 16 * place);
    }
    return stop;
}

/* -- names.py: whether an address may be told in a name. Where it may, the line is left to Python, which knows ------------------------ */

/* A hyphen: three more decimal numbers, seven more groups, or another hyphen and a group stand behind it. */
static int dashed(at_t start, at_t p, at_t end)
{
    int numbers = 0, groups = 0;
    if (p == start || !(kind[p[-1]] & HEX)) return 0;
    if (end - p >= 5 && p[1] == '-' && kind[p[2]] & HEX) return 1;
    for (at_t q = p, stop; numbers < 3 && end - q >= 2 && *q == '-'; q = stop, numbers++) {
        stop = digits(q + 1, end);
        if (stop == q + 1 || stop - q > 4) break;
    }
    for (at_t q = p, stop; groups < 7 && end - q >= 2 && *q == '-'; q = stop, groups++) {
        for (stop = q + 1; stop < end && stop - q < 6 && kind[*stop] & HEX; ) stop++;
        if (stop == q + 1 || stop - q > 5) break;
    }
    return groups == 7 || (numbers == 3 && kind[p[-1]] & DIGIT);
}

/* A dot behind a digit: nine single digits with dots between them stand around it. */
static int nibbles(at_t start, at_t p, at_t end)
{
    int count = 0;
    for (at_t q = p; count < 9 && q > start && kind[q[-1]] & HEX && (q - 1 == start || !(kind[q[-2]] & ALNUM)); q -= 2) {
        count++;
        if (q - 1 == start || q[-2] != '.') break;
    }
    for (at_t q = p; count < 9 && end - q >= 2 && *q == '.' && kind[q[1]] & HEX; q += 2) count++;
    return count >= 9;
}

/* A dot behind a digit and before a letter: three more dots with digits between them. */
static int dotted(at_t start, at_t p)
{
    int dots = 0;
    for (at_t q = p; dots < 3 && q > start && (kind[q[-1]] & DIGIT || (q[-1] == '.' && *q != '.')); q--) dots += q[-1] == '.';
    return dots >= 3;
}

/* A dot: a number of eight to twelve digits, or of thirty-two, stands before it, two more labels behind it, and it is no file's name in a path. */
static int numbered(at_t start, at_t p, at_t end)
{
    at_t q = p, label = p + 1;
    while (q > start && p - q < LONGEST && kind[q[-1]] & HEX) q--;
    if (p - q > 12 && p - q != 32 && p - q < LONGEST && !(q > start && (q[-1] == '%' || q[-1] == '\\' || (q[-1] | 32) == 'x' || (q[-1] | 32) == 'u'))) return 0;
    while (q > start && p - q < LONGEST && kind[q[-1]] & NAME) q--;
    if (p - q == LONGEST) return 1;
    if (q > start && q[-1] == '/' && !(q - 1 > start && (q[-2] == '/' || q[-2] == '\\' || (q[-2] | 32) == 'f'))) return 0; /* %2F */
    while (label < end && (kind[*label] & ALNUM || *label == '-' || *label == '_')) label++;
    return label > p + 1 && end - label >= 2 && *label == '.' && kind[label[1]] & ALNUM;
}

/* A colon: two slashes and a number stand behind it. */
static int host(at_t p, at_t end)
{
    for (int n = 0; n < 2; n++) {
        if (end - p >= 2 && *p == '\\') p++;
        size_t size = sign(p, end, '/', '2', 'f');
        if (!size) return 0;
        p += size;
    }
    return end - p >= 8 && kind[*p] & DIGIT && ((p[1] | 32) == 'x' || digits(p, end) - p >= 8);
}

static int named(at_t start, at_t p, at_t end)
{
    if (*p == '-') return dashed(start, p, end);
    if (p == start || !(kind[p[-1]] & HEX)) return 0;
    if (end - p >= 3 && kind[p[1]] & HEX && p[2] == '.' && nibbles(start, p, end)) return 1;
    if (end - p >= 2 && (kind[p[1]] & (ALNUM | DIGIT)) == ALNUM && kind[p[-1]] & DIGIT && dotted(start, p)) return 1;
    return p - start >= 8 && kind[p[-8]] & kind[p[-7]] & kind[p[-6]] & kind[p[-5]] & kind[p[-4]] & kind[p[-3]] & kind[p[-2]] & HEX
        && numbered(start, p, end);
}

/* What stands before a version in a browser's name: "Product/" or "rv:". */
static int is_version(at_t p, at_t floor)
{
    at_t q = p;
    if (q - floor >= 3 && q[-1] == ':' && q[-2] == 'v' && q[-3] == 'r') q -= 3;
    else {
        if (q <= floor || *--q != '/') return 0;
        if (q > floor && q[-1] == '\\') q--;
        at_t name = q;
        while (q > floor && (kind[q[-1]] & ALNUM || q[-1] == '_' || q[-1] == '+' || q[-1] == '-')) q--;
        if (name == q || name - q > 64 || kind[*q] & DIGIT || !(kind[*q] & ALNUM)) return 0;
    }
    return q == floor || q[-1] == ' ' || q[-1] == '(' || q[-1] == ';' || q[-1] == ',';
}

/* A chain of decimal numbers: every four that fit, unless the whole is a version. Returns its end. */
static at_t chain(const layout_t *layout, out_t *out, at_t p, at_t end, at_t floor, int agent)
{
    address_t found = { .version = 4, .certain = 1 };
    at_t first = p;
    for (int hidden = 1, numbers = 0;;) {
        at_t stop = hidden ? quad(p, end, &found.low, &found) : NULL;
        if (stop && agent) { hidden = !is_version(first, floor); agent = 0; }
        if (stop && hidden) { found.start = p; found.end = stop; hide(layout, out, &found); numbers += 4; }
        else { stop = digits(p, end); numbers++; out->left |= stop - p >= 8; }
        size_t size = dot(stop, end);
        if (!size || stop + size >= end || !(kind[stop[size]] & DIGIT)) {
            out->left |= numbers >= 9;
            return stop;
        }
        p = stop + size;
    }
}

/* A few plain groups with single colons, such as a time of day: where they end; NULL where six() must look. */
static at_t time_of_day(at_t p, at_t end)
{
    for (int colons = 0;; p++) { /* p stands at a colon */
        if (*p != ':' || ++colons > 6) return NULL;
        at_t group = ++p;
        if (p < end && (*p == ':' || *p == '%')) return NULL;
        while (p < end && p - group < 5 && kind[*p] & HEX) p++;
        if (p == group || p == end) return p;
        if (p - group == 5 || *p == '.' || *p == '%') return NULL;
        if (*p != ':') return p;
        p--;
    }
}

/* The next byte with which an address can begin or go on. */
static at_t next_sign(at_t p, at_t end)
{
#ifdef __SSE2__
    const __m128i a = _mm_set1_epi8('.'), b = _mm_set1_epi8(':'), c = _mm_set1_epi8('%'), d = _mm_set1_epi8('\\'), e = _mm_set1_epi8('-');
    for (; end - p >= 16; p += 16) {
        __m128i x = _mm_loadu_si128((const __m128i *)p);
        __m128i one = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(x, a), _mm_cmpeq_epi8(x, b)), _mm_cmpeq_epi8(x, e));
        int found = _mm_movemask_epi8(_mm_or_si128(one, _mm_or_si128(_mm_cmpeq_epi8(x, c), _mm_cmpeq_epi8(x, d))));
        if (found) return p + __builtin_ctz((unsigned)found);
    }
#endif
    while (p < end && !(kind[*p] & SIGN)) p++;
    return p;
}

static void scan(const layout_t *layout, out_t *out, at_t start, at_t end, int agent)
{
    at_t at = start, floor = start;
    if (end - start < 3) return; /* the shortest address is 1:: */
    for (at_t p = next_sign(start, end); p < end; p = next_sign(p, end)) {
        size_t size;
        if (*p == '-' || *p == '.') out->left = out->left || named(start, p, end);
        if (*p == '-') { p++; continue; }
        if (*p == '.' || (*p == '%' && p > at && kind[p[-1]] & DIGIT && dot(p, end))) {
            size = dot(p, end);
            at_t q = p;
            while (q > at && kind[q[-1]] & DIGIT) q--;
            if (q == p) { p++; continue; }
            if (p + size >= end || !(kind[p[size]] & DIGIT)) {
                at = floor = p;
                if (*p == '.') p++;
                else at = floor = p += escape(p, end);
                continue;
            }
            at_t stop = digits(p + size, end);
            p = at = dot(stop, end) ? chain(layout, out, q, end, floor, agent) : stop;
            floor = at;
        } else if ((size = colon(p, end))) {
            out->left |= host(p + size, end);
            at_t q = p;
            while (q > at && p - q < 5 && kind[q[-1]] & HEX) q--;
            int long_group = p - q == 5, ok = 0;
            if (q == p && !colon(p + size, end)) { p += size; at = p; if (size > 1) floor = p; continue; }
            address_t found;
            at_t stop = long_group ? NULL : time_of_day(p, end);
            if (stop) { out->left |= host(stop, end); p = at = stop; continue; }
            p = at = six(q + long_group, end, floor, long_group, &found, &ok);
            out->left |= host(at, end) || (ok && (!found.certain || dot(at, end))); /* ::ffff:cb00:714d is written with dots */
            if (ok) { hide(layout, out, &found); floor = at; }
        } else {
            size = escape(p, end);
            if (size) { p += size; at = floor = p; out->left |= host(p, end); } else p++;
        }
    }
}

/* -- what is left to Python ------------------------------------------------------------------------------------------------- */

/* A backslash, plain or escaped: its size. */
static size_t backslash(at_t p, at_t end)
{
    if (end - p >= 4 && p[0] == '\\' && p[1] == 'x' && p[2] == '5' && (p[3] | 32) == 'c') return 4;
    return sign(p, end, '\\', '5', 'c');
}

/* Rule 7: an escaped sign of an address, other than %2E and %3A. */
static int is_odd(at_t p, at_t end)
{
    at_t q = p;
    for (size_t size; (size = backslash(q, end)); ) q += size;
    int back = q > p;
    if (back && q < end && *q == 'x') q++;
    else if (back && end - q >= 3 && q[0] == 'u' && q[1] == '0' && q[2] == '0') q += 3;
    else if (!back && *q == '%') for (q++; end - q >= 2 && q[0] == '2' && q[1] == '5'; ) q += 2;
    else return 0;
    if (end - q < 2) return 0;
    if (back && ((q[0] == '2' && (q[1] | 32) == 'e') || (q[0] == '3' && (q[1] | 32) == 'a'))) return 1;
    return (q[0] == '3' && kind[q[1]] & DIGIT) || ((q[0] == '4' || q[0] == '6') && q[1] >= '1' && q[1] <= '6');
}

/* The next percent sign or backslash. */
static at_t next_escape(at_t p, at_t end)
{
#ifdef __SSE2__
    const __m128i c = _mm_set1_epi8('%'), d = _mm_set1_epi8('\\');
    for (; end - p >= 16; p += 16) {
        __m128i x = _mm_loadu_si128((const __m128i *)p);
        int found = _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(x, c), _mm_cmpeq_epi8(x, d)));
        if (found) return p + __builtin_ctz((unsigned)found);
    }
#endif
    while (p < end && *p != '%' && *p != '\\') p++;
    return p;
}

static int has_odd(at_t p, at_t end)
{
    for (p = next_escape(p, end); p < end; p = next_escape(p + 1, end)) if (is_odd(p, end)) return 1;
    return 0;
}

/* -- lines --------------------------------------------------------------------------------------------------------------------- */

static at_t ends_at(const field_t *field, at_t p, at_t end)
{
    if (!field->after_size) return end;
    if (field->after_size == 1 && !field->quoted) { /* short fields */
        while (p < end && *p != field->after[0]) p++;
        return p < end ? p : NULL;
    }
    for (at_t q = p;; q++) {
        q = memchr(q, field->after[0], (size_t)(end - q));
        if (!q || end - q < field->after_size) return NULL;
        if (field->after_size > 1 && (q[1] != field->after[1] || memcmp(q, field->after, (size_t)field->after_size))) continue;
        if (field->quoted) {
            at_t back = q;
            while (back > p && back[-1] == '\\') back--;
            if ((q - back) & 1) continue;
        }
        return q;
    }
}

static int empty(at_t p, at_t end) { return p == end || (end - p == 1 && *p == '-'); }

/* A code that stands for an address, as hiding.py makes them. */
static int code(at_t p, at_t end)
{
    if (end - p != 15 || memcmp(p, "ip-", 3)) return 0;
    for (p += 3; p < end; p++) if (*p < 'a' || *p > 'q') return 0;
    return 1;
}

static void client(const layout_t *layout, out_t *out, at_t p, at_t end)
{
    address_t found = { .version = 4, .certain = 1, .start = p };
    if (empty(p, end) || code(p, end) || (end - p == 5 && !memcmp(p, "unix:", 5))) return;
    if ((found.end = quad(p, end, &found.low, &found)) && found.end == end) { hide(layout, out, &found); return; }
    at_t q = p;
    while (q < end && q - p < 5 && kind[*q] & HEX) q++;
    int ok = 0;
    size_t one = q - p < 5 ? colon(q, end) : 0;
    if (one && (q > p || colon(q + one, end))) six(p, end, p, 0, &found, &ok);
    if (ok && found.certain && (found.end == end || *found.end == '%')) { scan(layout, out, p, end, 0); return; }
    replace(out, p, end);
    put(out, "-", 1);
}

static int parse(const layout_t *layout, at_t p, at_t end, at_t spans[][2])
{
    if (end - p < layout->before_size || memcmp(p, layout->before, (size_t)layout->before_size)) return 0;
    p += layout->before_size;
    for (int n = 0; n < layout->fields; n++) {
        const field_t *field = &layout->field[n];
        at_t stop = ends_at(field, p, end);
        if (!stop) return 0;
        spans[n][0] = p; spans[n][1] = stop;
        p = stop + field->after_size;
    }
    return p == end;
}

static void line(const layout_t *layout, out_t *out, at_t p, at_t end)
{
    at_t spans[64][2];
    if (end > p && end[-1] == '\r') end--;
    if (!parse(layout, p, end, spans)) { scan(layout, out, p, end, 0); return; }
    for (int n = 0; n < layout->fields; n++) {
        const field_t *field = &layout->field[n];
        at_t start = spans[n][0], stop = spans[n][1];
        int unless = field->drop == DROPPED_UNLESS && !empty(spans[field->unless][0], spans[field->unless][1]);
        if (field->drop != KEPT && !unless) {
            if (!(stop - start == 1 && *start == '-')) { replace(out, start, stop); put(out, "-", 1); }
        } else if (field->role == CLIENT) client(layout, out, start, stop);
        else scan(layout, out, start, stop, field->role == AGENT);
    }
}

/* Masks lines; returns the size written. *used: how much of the input is done, always whole lines but for a last one without end.
 * *left: it stopped before a line that is left to Python; otherwise, if it did nothing, it needs more room. */
size_t zusage_mask(const layout_t *layout, at_t in, size_t size, uint8_t *to, size_t room, size_t *used, int *left)
{
    out_t out = { to, 0, room, in, 0, 0 };
    at_t p = in, end = in + size;
    *left = 0;
    while (p < end) {
        at_t stop = memchr(p, '\n', (size_t)(end - p)), next = stop ? stop + 1 : end;
        out_t before = out;
        if (has_odd(p, stop ? stop : end)) out.left = 1;
        else line(layout, &out, p, stop ? stop : end);
        if (out.left || out.full || (size_t)(next - out.from) > out.room - out.size) { /* what is pending before this line still fits */
            *left = out.left;
            out = before;
            break;
        }
        p = next;
    }
    replace(&out, p, p);
    *used = (size_t)(p - in);
    return out.size;
}
