#include "testdata/weather/noise.h"

#include <math.h>

#include "testdata/texture.h"

/* Makes the standard deviation of one octave about 0.5. */
static const double SCALE = 2.4;

void noise_init(struct noise *o, uint32_t seed, double cell_m, int turn)
{
    *o = (struct noise){.seed = seed, .cosine = 1 / cell_m};
    for (int i = 0; i < turn; i++) { /* the triangle 3, 4, 5 */
        double c = o->cosine * 0.8 - o->sine * 0.6;
        o->sine = o->cosine * 0.6 + o->sine * 0.8;
        o->cosine = c;
    }
}

static void find_corners(struct noise *o, int32_t x, int32_t y)
{
    if (o->known && o->x == x && o->y == y)
        return;
    for (int i = 0; i < 4; i++) {
        uint32_t h = texture_hash(o->seed, x + (i & 1), y + (i >> 1));
        o->gx[i] = ((double)(h & 0xffff) - 32767.5) / 32768 * SCALE;
        o->gy[i] = ((double)(h >> 16) - 32767.5) / 32768 * SCALE;
    }
    o->x = x;
    o->y = y;
    o->known = true;
}

/* A point in its cell, what the gradients of the four corners give there, and the weights, which
 * are flat at both ends up to the second derivative. */
struct point {
    double x, y;
    double a, b, c, d;
    double u, v;
};

static struct point point_at(struct noise *o, double e, double n)
{
    double x = e * o->cosine + n * o->sine, y = n * o->cosine - e * o->sine;
    int32_t ix = cell_of(x), iy = cell_of(y);
    find_corners(o, ix, iy);
    const double *gx = o->gx, *gy = o->gy;
    x -= ix;
    y -= iy;
    return (struct point){.x = x,
                          .y = y,
                          .a = gx[0] * x + gy[0] * y,
                          .b = gx[1] * (x - 1) + gy[1] * y,
                          .c = gx[2] * x + gy[2] * (y - 1),
                          .d = gx[3] * (x - 1) + gy[3] * (y - 1),
                          .u = x * x * x * (10 + x * (6 * x - 15)),
                          .v = y * y * y * (10 + y * (6 * y - 15))};
}

static double value_at(const struct point *p)
{
    return p->a + p->u * (p->b - p->a) + p->v * (p->c - p->a) +
           p->u * p->v * (p->a - p->b - p->c + p->d);
}

struct slope noise_slope(struct noise *o, double e, double n)
{
    const struct point p = point_at(o, e, n);
    const double *gx = o->gx, *gy = o->gy, x = p.x, y = p.y;
    double du = 30 * x * x * (1 + x * (x - 2)), dv = 30 * y * y * (1 + y * (y - 2));
    double twist = p.a - p.b - p.c + p.d;
    double dx = gx[0] + p.u * (gx[1] - gx[0]) + p.v * (gx[2] - gx[0]) +
                p.u * p.v * (gx[0] - gx[1] - gx[2] + gx[3]) + du * (p.b - p.a + p.v * twist);
    double dy = gy[0] + p.u * (gy[1] - gy[0]) + p.v * (gy[2] - gy[0]) +
                p.u * p.v * (gy[0] - gy[1] - gy[2] + gy[3]) + dv * (p.c - p.a + p.u * twist);
    return (struct slope){value_at(&p), dx * o->cosine - dy * o->sine,
                          dx * o->sine + dy * o->cosine};
}

double noise_value(struct noise *o, double e, double n)
{
    const struct point p = point_at(o, e, n);
    return value_at(&p);
}

void fractal_init(struct fractal *f, uint32_t seed, double cell_m, double gain, int octaves)
{
    double amplitude = 1, power = 0;
    f->octaves = octaves;
    for (int i = 0; i < octaves; i++, amplitude *= gain, cell_m /= 2) {
        noise_init(&f->octave[i], texture_hash(seed, i, 77), cell_m, i + 1);
        f->amplitude[i] = amplitude;
        power += amplitude * amplitude;
    }
    for (int i = 0; i < octaves; i++)
        f->amplitude[i] /= sqrt(power);
}

struct slope fractal_slope(struct fractal *f, double e, double n)
{
    struct slope sum = {0, 0, 0};
    for (int i = 0; i < f->octaves; i++) {
        struct slope s = noise_slope(&f->octave[i], e, n);
        sum.value += f->amplitude[i] * s.value;
        sum.east += f->amplitude[i] * s.east;
        sum.north += f->amplitude[i] * s.north;
    }
    return sum;
}

double fractal_value(struct fractal *f, double e, double n)
{
    double sum = 0;
    for (int i = 0; i < f->octaves; i++)
        sum += f->amplitude[i] * noise_value(&f->octave[i], e, n);
    return sum;
}
