/* SPDX-License-Identifier: MIT
 * The obvious loops, element by element, for benchmarks/layout.py to beat. */
#include <stdint.h>

/* The whole cube, its padding included, as Mesa's loops write it for every frame. */
void pack_map(const uint8_t *in, uint8_t *out, int height, int width, int channels)
{
    int n = 0;
    for (int c1 = 0; c1 < channels; c1 += 16)
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                for (int c = c1; c < c1 + 16; c++)
                    out[n++] = c < channels ? in[(y * width + x) * channels + c] ^ 0x80 : 0;
}

void unpack_map(const uint8_t *in, uint8_t *out, int height, int width, int channels)
{
    for (int c = 0; c < channels; c++)
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                out[(y * width + x) * channels + c] =
                    in[((c / 16 * height + y) * width + x) * 16 + c % 16] ^ 0x80;
}

void pack_weights(const uint8_t *in, uint8_t *out, int kernels, int height, int width, int channels)
{
    int n = 0;
    for (int o1 = 0; o1 < kernels; o1 += 32)
        for (int i1 = 0; i1 < channels; i1 += 32)
            for (int y = 0; y < height; y++)
                for (int x = 0; x < width; x++)
                    for (int o = o1; o < o1 + 32 && o < kernels; o++)
                        for (int i = i1; i < i1 + 32 && i < channels; i++)
                            out[n++] = in[((o * height + y) * width + x) * channels + i] ^ 0x80;
}
