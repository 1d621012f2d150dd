# Proportions, times and amounts: likelihoods written out in R's own densities, maximised and differenced (numDeriv), for every family
# in four models: fixed effects; the same with missing values, weights, an offset and a dispersion formula; a random intercept, integrated
# by the trapezoid rule; and, where glmmTMB 1.1.5 has the family, its Laplace approximation of that model. Where lm, glm or glmmTMB have a
# family too, their log-likelihood must be the one written out here (stopifnot). Run from the repository's root:
# Rscript tests/reference/make/66_shares.R
# Writes tests/inference/tables/shares.json (eight minutes, of which the Tweedie series are most).
suppressMessages({library(glmmTMB); library(numDeriv); library(jsonlite)})
num <- function(x) unname(as.numeric(x))
lse <- function(m) { top <- apply(m, 1, max); top + log(rowSums(exp(m - top))) }

# Tweedie log-density: a Poisson number j of gamma amounts, summed over all j that count
ltweedie <- function(y, mu, phi, p) {
  a <- (2 - p) / (p - 1); rate <- mu^(2 - p) / (phi * (2 - p)); scale <- phi * (p - 1) * mu^(p - 1)
  j <- 1:80
  one <- function(k) log(rate) * k - lgamma(k + 1) + (k * a - 1) * log(pmax(y, 1e-300)) - k * a * log(scale) - lgamma(k * a)
  ifelse(y == 0, -rate, -rate - y / scale + lse(vapply(j, one, numeric(length(y)))))
}
llognormal <- function(y, e) {
  mu <- exp(e$cond); s <- log1p(exp(2 * e$disp) / mu^2)
  dlnorm(y, log(mu) - s / 2, sqrt(s), log = TRUE)
}
lbetaM <- function(y, e) dbeta(y, plogis(e$cond) * exp(e$disp), plogis(-e$cond) * exp(e$disp), log = TRUE)
lgammaM <- function(y, e) dgamma(y, exp(e$disp), exp(e$disp - e$cond), log = TRUE)
linvgauss <- function(y, e) { mu <- exp(e$cond); l <- exp(e$disp); 0.5 * log(l / (2 * pi * y^3)) - l * (y - mu)^2 / (2 * mu^2 * y) }
hurdle <- function(own) function(y, e, n) ifelse(y == 0, plogis(e$zi, log.p = TRUE), plogis(-e$zi, log.p = TRUE) + own(pmax(y, 1e-9), e))
inside <- function(y) ifelse(y == 0 | y == 1, 0.5, y)
lzoib <- function(y, e) ifelse(y == 0, plogis(e$zi, log.p = TRUE), plogis(-e$zi, log.p = TRUE) +
  ifelse(y == 1, plogis(e$oi, log.p = TRUE), plogis(-e$oi, log.p = TRUE) + lbetaM(inside(y), e)))
lordbeta <- function(y, e) {
  low <- e$lower; up <- e$upper
  ifelse(y == 0, plogis(low - e$cond, log.p = TRUE), ifelse(y == 1, plogis(e$cond - up, log.p = TRUE),
    log(plogis(up - e$cond) - plogis(low - e$cond)) + lbetaM(inside(y), e)))
}
rlognorm <- function(mu, sd) { s <- log1p((sd / mu)^2); rlnorm(length(mu), log(mu) - s / 2, sqrt(s)) }
rtweedie <- function(mu, phi, p) vapply(mu, function(m) sum(rgamma(rpois(1, m^(2 - p) / (phi * (2 - p))), (2 - p) / (p - 1), 1 / (phi * (p - 1) * m^(p - 1)))), 1)
zeros <- function(y, p) ifelse(runif(length(y)) < p, 0, y)

# log-density, mean, simulation from eta, further parts with their formulas and starts, and what R has for it
F <- list(
  gaussian = list(l = function(y, e, n) dnorm(y, e$cond, exp(e$disp), log = TRUE), m = function(e) e$cond,
    r = function(eta) rnorm(length(eta), eta, 0.8), disp = 0, tmb = gaussian(), options = list(reml = FALSE)),
  studentT = list(l = function(y, e, n) dt((y - e$cond) * exp(-e$disp), exp(e$df), log = TRUE) - e$disp, m = function(e) e$cond,
    r = function(eta) eta + 0.6 * rt(length(eta), 3.5), disp = 0, more = list(df = 1), start = c(df = 1.3)),
  gamma = list(link = "log", l = function(y, e, n) lgammaM(y, e), m = function(e) exp(e$cond), r = function(eta) rgamma(length(eta), 3, 3 / exp(eta)),
    disp = 1, tmb = Gamma("log")),
  lognormal = list(l = function(y, e, n) llognormal(y, e), m = function(e) exp(e$cond), r = function(eta) rlognorm(exp(eta), 0.8), disp = 0),
  inverseGaussian = list(link = "log", l = function(y, e, n) linvgauss(y, e), m = function(e) exp(e$cond),
    r = function(eta) vapply(eta, function(h) { mu <- exp(h); v <- rnorm(1)^2; x <- mu + mu^2 * v / 16 - mu / 16 * sqrt(32 * mu * v + mu^2 * v^2)
      if (runif(1) <= mu / (mu + x)) x else mu^2 / x }, 1), disp = 2),
  beta = list(l = function(y, e, n) lbetaM(y, e), m = function(e) plogis(e$cond), r = function(eta) rbeta(length(eta), 6 * plogis(eta), 6 * plogis(-eta)),
    disp = 1.5, tmb = beta_family()),
  orderedBeta = list(l = function(y, e, n) lordbeta(y, e),
    m = function(e) plogis(e$cond - e$upper) + (plogis(e$upper - e$cond) - plogis(e$lower - e$cond)) * plogis(e$cond),
    r = function(eta) { u <- runif(length(eta)); b <- rbeta(length(eta), 6 * plogis(eta), 6 * plogis(-eta))
      ifelse(u < plogis(-1.3 - eta), 0, ifelse(u > plogis(1.8 - eta), 1, b)) }, disp = 1.5, more = list(lower = 1, upper = 1), start = c(lower = -1.3, upper = 1.8),
    tmb = ordbeta()),
  binomial = list(trials = TRUE, l = function(y, e, n) dbinom(y, n, plogis(e$cond), log = TRUE), m = function(e) plogis(e$cond),
    r = function(eta, n) rbinom(length(eta), n, plogis(eta)), tmb = binomial()),
  betabinomial = list(trials = TRUE, l = function(y, e, n) { a <- plogis(e$cond) * exp(e$disp); b <- plogis(-e$cond) * exp(e$disp)
      lchoose(n, y) + lbeta(y + a, n - y + b) - lbeta(a, b) }, m = function(e) plogis(e$cond),
    r = function(eta, n) rbinom(length(eta), n, rbeta(length(eta), 15 * plogis(eta), 15 * plogis(-eta))), disp = 2, tmb = betabinomial()),
  tweedie = list(l = function(y, e, n) ltweedie(y, exp(e$cond), exp(e$disp), 1 + plogis(e$power)), m = function(e) exp(e$cond),
    r = function(eta) rtweedie(exp(eta), 0.9, 1.5), disp = 0, more = list(power = 1), start = c(power = 0), tmb = glmmTMB::tweedie()),
  hurdleGamma = list(of = "gamma", link = "log", l = hurdle(lgammaM), m = function(e) plogis(-e$zi) * exp(e$cond),
    r = function(eta) zeros(rgamma(length(eta), 3, 3 / exp(eta)), 0.3), disp = 1, zi = -0.8, tmb = ziGamma("log")),
  hurdleLognormal = list(of = "lognormal", l = hurdle(llognormal), m = function(e) plogis(-e$zi) * exp(e$cond),
    r = function(eta) zeros(rlognorm(exp(eta), 0.8), 0.3), disp = 0, zi = -0.8),
  hurdleInverseGaussian = list(of = "inverseGaussian", link = "log", l = hurdle(linvgauss), m = function(e) plogis(-e$zi) * exp(e$cond),
    r = NULL, disp = 2, zi = -0.8),
  oneInflatedBeta = list(of = "beta", l = function(y, e, n) ifelse(y == 1, plogis(e$oi, log.p = TRUE), plogis(-e$oi, log.p = TRUE) + lbetaM(inside(y), e)),
    m = function(e) plogis(e$oi) + plogis(-e$oi) * plogis(e$cond), r = function(eta) { y <- rbeta(length(eta), 6 * plogis(eta), 6 * plogis(-eta)); ifelse(runif(length(eta)) < 0.2, 1, y) },
    disp = 1.5, oi = -1.3),
  zeroOneInflatedBeta = list(of = "beta", l = function(y, e, n) lzoib(y, e),
    m = function(e) plogis(-e$zi) * (plogis(e$oi) + plogis(-e$oi) * plogis(e$cond)),
    r = function(eta) { y <- rbeta(length(eta), 6 * plogis(eta), 6 * plogis(-eta)); zeros(ifelse(runif(length(eta)) < 0.2, 1, y), 0.25) },
    disp = 1.5, oi = -1.3, zi = -1.1)
)
F$hurdleInverseGaussian$r <- function(eta) zeros(F$inverseGaussian$r(eta), 0.3)

# one design for all: fifteen groups of twelve
set.seed(66)
n <- 180
g <- factor(sprintf("g%02d", rep(1:15, each = 12))); u <- rnorm(15, 0, 0.5)[as.integer(g)]
d <- data.frame(x = round(rnorm(n), 3), f = factor(rep(c("a", "b", "c"), 60)), g = g, o = round(runif(n, -0.4, 0.4), 3),
                w = sample(1:3, n, TRUE), n = sample(4:12, n, TRUE))
eta <- 0.2 + 0.4 * d$x + c(a = 0, b = 0.4, c = -0.3)[as.character(d$f)] + u
new <- data.frame(x = c(-1, 0.3, 1.5), f = factor(c("a", "b", "c")), o = c(0.2, 0, -0.3), g = factor("g01"))

# sum of log-likelihoods at psi, with frequency weights; groups integrate the effect of a standard normal times exp(last of psi)
nodes <- seq(-8, 8, by = 0.1); logw <- dnorm(nodes, log = TRUE) + log(0.1)
etas <- function(psi, X, off) { at <- 0; out <- list()
  for (p in names(X)) { k <- ncol(X[[p]]); out[[p]] <- drop(X[[p]] %*% psi[at + seq_len(k)]); at <- at + k }
  out$cond <- out$cond + off; out }
loglik <- function(psi, fam, y, trials, X, off, w, group = NULL) {
  e <- etas(psi, X, off)
  if (is.null(group)) return(sum(w * fam$l(y, e, trials)))
  sd <- exp(psi[length(psi)])
  rows <- vapply(nodes, function(z) { e$cond <- e$cond + sd * z; w * fam$l(y, e, trials) }, numeric(length(y)))
  sum(lse(rowsum(rows, group) + rep(logw, each = nlevels(group))))
}
maximise <- function(f, start, given = 0) {
  best <- nlminb(start, function(p) -f(p), control = list(eval.max = 2000, iter.max = 1000, rel.tol = 1e-12))$par
  for (i in 1:3) best <- best - solve(hessian(f, best), grad(f, best)) # Newton's steps to the digits of the differences
  stopifnot(max(abs(grad(f, best))) < 1e-5)
  H <- -hessian(f, best)
  if (given > 0) { # lme4's standard errors of a Gaussian model: those given the variances, as here
    H[seq_len(given), -seq_len(given)] <- 0; H[-seq_len(given), seq_len(given)] <- 0
  }
  list(par = best, value = f(best), V = solve(H))
}
case <- function(name, kind, y) {
  fam <- F[[name]]; rows <- kind == "rows"; mixed <- kind %in% c("quadrature", "laplace")
  data <- cbind(y = y, d)
  if (rows) data$x[c(5, 44, 101)] <- NA
  used <- data[complete.cases(data), ]
  cond <- if (mixed) ~ x else ~ x + f
  forms <- c(list(cond = cond), if (!is.null(fam$disp)) list(disp = if (rows) ~ x else ~ 1), lapply(fam$more, function(k) ~ 1),
             if (!is.null(fam$oi)) list(oi = if (rows) ~ f else ~ x), if (!is.null(fam$zi)) list(zi = if (rows) ~ f else ~ x))
  X <- lapply(forms, model.matrix, used)
  start <- unlist(lapply(names(X), function(p) { s <- c(if (p == "cond") 0.2 else if (!is.null(fam[[p]])) fam[[p]] else fam$start[[p]], rep(0, ncol(X[[p]]) - 1)); s }))
  off <- if (rows) used$o else 0; w <- if (rows) used$w else rep(1, nrow(used))
  f <- function(psi) loglik(psi, fam, used$y, used$n, X, off, w, if (mixed) used$g)
  response <- if (is.null(fam$trials)) "y" else "cbind(y, n - y)"
  formula <- paste(response, "~", if (mixed) "x + (1 | g)" else if (rows) "x + f + offset(o)" else "x + f")
  part <- function(p) if (!is.null(forms[[p]])) paste(deparse(forms[[p]]), collapse = "")
  options <- c(fam$options, if (rows) list(weights = list(frequency = "w")), if (rows && !is.null(fam$disp)) list(dispersion = part("disp")),
               if (!is.null(fam$oi)) list(oneInflation = part("oi")), if (!is.null(fam$zi)) list(zeroInflation = part("zi")),
               if (kind == "quadrature" && name != "gaussian") list(quadrature = 25))
  package <- NULL
  if (!is.null(fam$tmb)) {
    m <- suppressWarnings(glmmTMB(as.formula(formula), data, family = fam$tmb, weights = if (rows) w else NULL, ziformula = if (is.null(fam$zi)) ~ 0 else forms$zi,
                 dispformula = if (is.null(forms$disp)) ~ 1 else forms$disp, start = if (name == "orderedBeta") list(psi = c(-1, 0.5)), control = glmmTMBControl(optCtrl = list(rel.tol = 1e-12, iter.max = 1000, eval.max = 2000))))
    package <- list(logLik = num(logLik(m)), cond = num(fixef(m)$cond), sd = if (mixed) num(attr(VarCorr(m)$cond$g, "stddev")),
                    se = num(sqrt(diag(vcov(m)$cond))))
  }
  out <- list(id = paste(name, kind), family = if (is.null(fam$of)) name else fam$of, link = fam$link, formula = formula, options = options, data = kind)
  if (kind == "laplace") { # the approximation is glmmTMB's
    return(c(out, list(by = "glmmTMB", logLik = package$logLik, parts = list(list(part = "cond", names = colnames(X$cond), estimate = package$cond, se = package$se)), sd = package$sd)))
  }
  fit <- maximise(f, c(start, if (mixed) log(0.5)), if (mixed && name == "gaussian") 2 else 0)
  if (!is.null(package) && !mixed) stopifnot(abs(package$logLik - fit$value) < 1e-5)
  if (name == "inverseGaussian" && kind == "plain") stopifnot(max(abs(coef(glm(y ~ x + f, inverse.gaussian("log"), used, control = glm.control(epsilon = 1e-14, maxit = 200))) - fit$par[1:4])) < 1e-5)
  at <- 0; parts <- list()
  for (p in names(X)) { k <- seq_len(ncol(X[[p]])) + at; at <- max(k)
    parts[[length(parts) + 1]] <- list(part = p, names = I(colnames(X[[p]])), estimate = I(fit$par[k]), se = I(sqrt(diag(fit$V))[k])) }
  Xn <- lapply(forms, model.matrix, new)
  predicted <- function(psi) { e <- etas(psi, Xn, if (rows) new$o else 0); rep_len(num(fam$m(e)), nrow(new)) }
  J <- jacobian(predicted, fit$par)
  c(out, list(by = if (is.null(package) || mixed) "R's densities" else "R's densities, and glmmTMB", logLik = fit$value, parts = parts,
              sd = if (mixed) exp(fit$par[length(fit$par)]), prediction = predicted(fit$par), prediction_se = sqrt(diag(J %*% fit$V %*% t(J)))))
}

responses <- list(); cases <- list()
for (name in names(F)) {
  fam <- F[[name]]
  set.seed(66 + match(name, names(F)))
  y <- if (is.null(fam$trials)) signif(fam$r(eta), 6) else fam$r(eta, d$n)
  if (name %in% c("beta", "orderedBeta", "oneInflatedBeta", "zeroOneInflatedBeta")) { edge <- y > 0 & y < 1; y[edge] <- pmin(pmax(y[edge], 1e-4), 1 - 1e-4) }
  responses[[name]] <- y
  for (kind in c("plain", "rows", "quadrature", if (!is.null(fam$tmb)) "laplace")) {
    message(name, " ", kind)
    cases[[length(cases) + 1]] <- c(Filter(Negate(is.null), case(name, kind, y)), list(response = name))
  }
}
text <- function(d) lapply(d, function(x) if (is.factor(x)) as.character(x) else x)
write_json(list(data = text(d), missing = c(5, 44, 101) - 1, responses = responses, newdata = text(new), cases = cases),
           "tests/inference/tables/shares.json", digits = 12, auto_unbox = TRUE, na = "null")
