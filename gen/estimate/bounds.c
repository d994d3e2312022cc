/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/bounds.h"

#include <math.h>

/* lgamma() itself is not used, because it writes to the global signgam. */
static double log_factorial(size_t n)
{
	int sign;

	return lgamma_r((double)n + 1, &sign);
}

static double log_choose(size_t n, size_t k)
{
	return log_factorial(n) - log_factorial(k) - log_factorial(n - k);
}

/* P(X <= d) of a binomial. */
static double binomial_cdf(size_t d, size_t n, double p)
{
	double sum = 0;

	for (size_t i = 0; i <= d; i++)
		sum += exp(log_choose(n, i) + (double)i * log(p) + (double)(n - i) * log1p(-p));
	return sum;
}

double sg_binomial_upper(size_t d, size_t n, double alpha)
{
	double low, high = 1;

	if (d >= n)
		return 1;
	low = (double)d / (double)n;
	/* 60 halvings are more digits than a double has */
	for (int i = 0; i < 60; i++) {
		double middle = (low + high) / 2;

		if (middle <= 0 || binomial_cdf(d, n, middle) > alpha)
			low = middle;
		else
			high = middle;
	}
	return high;
}

static double log_beta(double a, double b)
{
	int sign;

	return lgamma_r(a, &sign) + lgamma_r(b, &sign) - lgamma_r(a + b, &sign);
}

size_t sg_beta_binomial_upper(size_t d, size_t n, size_t m, double alpha)
{
	double a = (double)d + 1, b, sum = 0;

	if (d >= n)
		return m;
	b = (double)(n - d);
	for (size_t k = 0; k < m; k++) {
		sum += exp(log_choose(m, k) + log_beta((double)k + a, (double)(m - k) + b) -
			   log_beta(a, b));
		if (sum >= 1 - alpha)
			return k;
	}
	return m;
}

double sg_hypergeometric_tail(size_t k, size_t n, size_t d, size_t draws)
{
	double sum = 0;

	for (size_t i = k; i <= d && i <= draws; i++) {
		if (draws - i > n - d)
			continue;
		sum += exp(log_choose(d, i) + log_choose(n - d, draws - i) - log_choose(n, draws));
	}
	return sum > 1 ? 1 : sum;
}
