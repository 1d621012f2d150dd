# Every link with every family that takes it and that R's glm has: the likelihood written out with the inverse link, maximised and
# differenced (numDeriv), with an offset; where R's glm takes the link too, its log-likelihood must be the same (stopifnot). Standard errors
# are those of the observed information, which glm has for canonical links alone. Run from the repository's root:
# Rscript tests/reference/make/68_links.R
# Writes tests/inference/tables/links.json.
suppressMessages({library(numDeriv); library(jsonlite)})
loglog <- structure(list(linkfun = function(mu) -log(-log(mu)), linkinv = function(eta) exp(-exp(-eta)), mu.eta = function(eta) exp(-eta - exp(-eta)),
                         valideta = function(eta) TRUE, name = "loglog"), class = "link-glm")
h <- list(logit = plogis, probit = pnorm, cauchit = function(e) 0.5 + atan(e) / pi, cloglog = function(e) -expm1(-exp(e)), loglog = loglog$linkinv,
          log = exp, identity = identity, inverse = function(e) 1 / e, "1/mu^2" = function(e) 1 / sqrt(e), sqrt = function(e) e^2,
          "power(0.3)" = function(e) e^(1 / 0.3), "power(-0.5)" = function(e) e^(-2))
r <- function(link) if (link == "loglog") loglog else if (link == "power(-0.5)") list(linkfun = function(mu) mu^(-0.5)) else if (grepl("power", link)) power(as.numeric(gsub("[a-z()]", "", link))) else make.link(link)
# log-density with the dispersion p (on the log scale), the range of the linear predictor's start, and glm's family
F <- list(
  binomial = list(links = c("logit", "probit", "cauchit", "cloglog", "loglog"), l = function(y, mu, p, n) dbinom(y, n, mu, log = TRUE), glm = binomial, mu = 0.35),
  beta = list(links = c("logit", "probit", "cauchit", "cloglog", "loglog"), l = function(y, mu, p, n) dbeta(y, mu * exp(p), (1 - mu) * exp(p), log = TRUE), disp = 1.5, mu = 0.35),
  poisson = list(links = c("log", "identity", "sqrt", "power(0.3)"), l = function(y, mu, p, n) dpois(y, mu, log = TRUE), glm = poisson, mu = 4),
  nbinom2 = list(links = c("log", "identity", "sqrt", "power(0.3)"), l = function(y, mu, p, n) dnbinom(y, mu = mu, size = exp(p), log = TRUE), disp = 1, mu = 4),
  gamma = list(links = c("inverse", "log", "identity", "sqrt", "1/mu^2", "power(-0.5)", "power(0.3)"), l = function(y, mu, p, n) dgamma(y, exp(p), exp(p) / mu, log = TRUE), disp = 1.4, glm = Gamma, mu = 2),
  inverseGaussian = list(links = c("1/mu^2", "inverse", "log", "identity", "power(-0.5)"), disp = 2, glm = inverse.gaussian, mu = 2,
    l = function(y, mu, p, n) 0.5 * (p - log(2 * pi * y^3)) - exp(p) * (y - mu)^2 / (2 * mu^2 * y)),
  lognormal = list(links = c("log", "identity", "inverse", "power(0.3)"), disp = 0, mu = 2,
    l = function(y, mu, p, n) { s <- log1p(exp(2 * p) / mu^2); dlnorm(y, log(mu) - s / 2, sqrt(s), log = TRUE) }),
  gaussian = list(links = c("log", "inverse", "power(0.3)"), disp = -0.5, glm = gaussian, mu = 2, l = function(y, mu, p, n) dnorm(y, mu, exp(p), log = TRUE))
)
set.seed(68)
n <- 120; x <- round(runif(n, -1, 1), 3); o <- round(runif(n, -1, 1), 3); trials <- sample(3:9, n, TRUE)
draw <- list(binomial = function(mu) rbinom(n, trials, mu), beta = function(mu) pmin(pmax(rbeta(n, 6 * mu, 6 * (1 - mu)), 0.001), 0.999), poisson = function(mu) rpois(n, mu),
  nbinom2 = function(mu) rnbinom(n, mu = mu, size = 3), gamma = function(mu) rgamma(n, 4, 4 / mu),
  inverseGaussian = function(mu) rlnorm(n, log(mu) - 0.04, 0.3), lognormal = function(mu) rlnorm(n, log(mu) - 0.045, 0.3), gaussian = function(mu) rnorm(n, mu, 0.4))
responses <- list(); cases <- list()
for (name in names(F)) {
  fam <- F[[name]]
  y <- signif(draw[[name]](if (name %in% c("binomial", "beta")) plogis(qlogis(fam$mu) + 0.5 * x) else fam$mu * exp(0.2 * x)), 6)
  responses[[name]] <- y
  for (link in fam$links) {
    g <- r(link)$linkfun; centre <- g(fam$mu); unit <- (g(1.2 * fam$mu) - centre) # so that the offset stays inside every link's domain
    off <- signif(0.3 * unit * o, 6)
    f <- function(p) { mu <- h[[link]](p[1] + p[2] * x + off); if (any(!is.finite(mu)) || (name != "gaussian" && any(mu <= 0)) || (name %in% c("binomial", "beta") && any(mu >= 1))) return(-1e10)
      sum(fam$l(y, mu, p[3], trials)) }
    p <- nlminb(c(centre, 0.5 * unit, fam$disp), function(p) -f(p), control = list(rel.tol = 1e-13, eval.max = 2000, iter.max = 1000))$par
    for (i in 1:3) p <- p - solve(hessian(f, p), grad(f, p))
    stopifnot(max(abs(grad(f, p))) < 1e-4)
    if (!is.null(fam$glm) && link != "power(-0.5)") { # R takes the logarithm for negative powers
      response <- if (name == "binomial") cbind(y, trials - y) else y
      m <- glm(response ~ x + offset(off), family = fam$glm(link = r(link)), start = p[1:2], control = glm.control(epsilon = 1e-14, maxit = 200))
      off_by <- max(abs(coef(m) - p[1:2]) / abs(unit))
      if (off_by > 1e-4) stop(name, " ", link, ": glm is off by ", off_by, " with ", m$iter, " steps")
    }
    V <- solve(-hessian(f, p)); at <- h[[link]](p[1] + 0.4 * p[2])
    slope <- grad(function(e) h[[link]](e), p[1] + 0.4 * p[2])
    cases[[length(cases) + 1]] <- list(family = name, link = link, off = off, logLik = f(p), estimate = p[1:2], se = sqrt(diag(V))[1:2], mean = at,
      mean_se = abs(slope) * sqrt(c(1, 0.4) %*% V[1:2, 1:2] %*% c(1, 0.4))[1, 1])
  }
}
write_json(list(x = x, trials = trials, responses = responses, cases = cases), "tests/inference/tables/links.json", digits = 12, auto_unbox = TRUE)
