# Weibull regression without censoring: survreg of R's survival, and the model with a random intercept by its likelihood, integrated by the
# trapezoid rule, for the times of sleepstudy (lme4). Run from the repository's root: Rscript tests/reference/make/67_weibull.R
# Writes tests/extensions/weibull.json.
suppressMessages({library(survival); library(lme4); library(numDeriv); library(jsonlite)})
num <- function(x) unname(as.numeric(x))
d <- sleepstudy
fixed <- survreg(Surv(Reaction) ~ Days, d, dist = "weibull", control = survreg.control(rel.tolerance = 1e-14, maxiter = 100))
# survreg's parameter is log(1/k)
se <- num(sqrt(diag(vcov(fixed))))
nodes <- seq(-8, 8, by = 0.05); logw <- dnorm(nodes, log = TRUE) + log(0.05)
lse <- function(m) { top <- apply(m, 1, max); top + log(rowSums(exp(m - top))) }
f <- function(p) {
  eta <- p[1] + p[2] * d$Days
  rows <- vapply(nodes, function(z) dweibull(d$Reaction, exp(p[3]), exp(eta + exp(p[4]) * z), log = TRUE), numeric(nrow(d)))
  sum(lse(rowsum(rows, d$Subject) + rep(logw, each = nlevels(d$Subject))))
}
best <- nlminb(c(num(coef(fixed)), -log(fixed$scale), log(0.1)), function(p) -f(p), control = list(rel.tol = 1e-12, eval.max = 2000, iter.max = 1000))$par
for (i in 1:3) best <- best - solve(hessian(f, best), grad(f, best))
V <- solve(-hessian(f, best))
# the mean time of a typical subject after 5 days, with its standard error
mean5 <- function(p) exp(p[1] + 5 * p[2]) * gamma(1 + exp(-p[3]))
g <- grad(mean5, best)
write_json(list(
  fixed = list(logLik = num(logLik(fixed)), estimate = c(num(coef(fixed)), -log(fixed$scale)), se = se),
  mixed = list(logLik = f(best), estimate = best[1:3], se = num(sqrt(diag(V)))[1:3], sd = exp(best[4]), mean = mean5(best), mean_se = num(sqrt(g %*% V %*% g)))
), "tests/extensions/weibull.json", digits = 12, auto_unbox = TRUE)
