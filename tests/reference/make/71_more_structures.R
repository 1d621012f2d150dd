# Covariance structures on unbalanced data with missing responses: glmmTMB 1.1.5 (Gaussian by REML and ML, counts) where it has the structure,
# nlme 3.1, and dense algebra for what neither has (walks, neighbours on a map, a covariance known up to a factor).
# Run from the repository's root: Rscript tests/reference/make/71_more_structures.R
# Writes tests/inference/tables/more_structures.json.
suppressMessages({library(glmmTMB); library(nlme); library(jsonlite)})
set.seed(71)
d <- expand.grid(t = 1:5, g = factor(sprintf("g%02d", 1:36)), rep = 1:2)
d$f <- factor(c("p", "q", "r")[(as.integer(d$g) - 1) %% 3 + 1])
d$x <- round(rnorm(nrow(d)), 3)
e <- matrix(NA, 36, 5)
for (i in 1:36) { e[i, 1] <- rnorm(1); for (k in 2:5) e[i, k] <- 0.6 * e[i, k - 1] + 0.8 * rnorm(1) }
sd <- c(0.5, 0.9, 1.4)[as.integer(d$f)]
eta <- 1 + 0.5 * d$x + sd * e[cbind(as.integer(d$g), d$t)] * c(0.8, 1, 1.2, 0.9, 1.1)[d$t] + 0.4 * sd * rnorm(36)[as.integer(d$g)] * d$x
d$y <- round(eta + 0.6 * rnorm(nrow(d)), 4)
d$n <- rpois(nrow(d), exp(0.4 * eta))
d$u <- c(0, 1, 2.5, 3, 5)[d$t]; d$v <- c(0, 2, 1, 3, 0.5)[d$t]
d <- d[-sample(nrow(d), 110), ]
d$y[c(3, 40, 90)] <- NA
d$time <- factor(d$t); d$place <- numFactor(d$u, d$v); d$when <- numFactor(d$u)
for (l in levels(d$f)) d[[paste0("d", l)]] <- as.numeric(d$f == l)

tight <- function(m) { # Newton steps on TMB's gradient at the optimum that nlminb found
  o <- m$obj; p <- m$fit$par
  for (k in 1:8) { g <- as.numeric(o$gr(p)); if (max(abs(g)) < 1e-8) break
    H <- optimHess(p, o$fn, o$gr); s <- tryCatch(solve(H, g), error = function(e) NULL); if (is.null(s)) break
    q <- p - s; if (!is.finite(o$fn(q)) || o$fn(q) > o$fn(p) + 1e-7) break; p <- q }
  slope <- max(abs(o$gr(p)))
  list(logLik = -as.numeric(o$fn(p)), beta = as.numeric(fixef(m)$cond), slope = slope)
}
out <- list()
three <- droplevels(d[d$t < 4, ])                                    # of five times the covariances of these are singular
add <- function(id, ours, formula, ..., options = list(), data = "d") {
  m <- tryCatch(suppressWarnings(glmmTMB(formula, get(data), ..., control = glmmTMBControl(optCtrl = list(iter.max = 2000, eval.max = 3000)))), error = function(e) { message(id, ": ", conditionMessage(e)); NULL })
  best <- if (!is.null(m)) tryCatch(tight(m), error = function(e) NULL)
  if (is.null(best) || !is.finite(best$logLik) || best$slope > 1e-4) { message("no optimum: ", id); return(invisible()) } # its covariance is singular
  out[[length(out) + 1]] <<- list(id = id, peer = "glmmTMB", formula = ours, options = options, data = data, logLik = best$logLik, beta = best$beta)
}
each <- list(cs = c("cs(0 + time | g)", "cs(time + 0 | g)"), 
  ar1 = c("ar1(0 + time | g)", "ar1(time + 0 | g)"), ou = c("ou(0 + numFactor(u) | g)", "ou(when + 0 | g)"), exp = c("exp(0 + numFactor(u, v) | g)", "exp(place + 0 | g)"),
  gau = c("gau(0 + numFactor(u, v) | g)", "gau(place + 0 | g)"), mat = c("mat(0 + numFactor(u, v) | g)", "mat(place + 0 | g)"),
  diag = c("diag(0 + time | g)", "diag(time + 0 | g)"),
  rr2 = c("rr(0 + time | g, d = 2)", "rr(time + 0 | g, d = 2)"), rr1 = c("rr(0 + time | g, d = 1)", "rr(time + 0 | g, d = 1)"),
  by = c("(1 | g, by = f)", "(0 + dp | g) + (0 + dq | g) + (0 + dr | g)"),
  byslope = c("(x | g, by = f)", "(0 + dp + dp:x | g) + (0 + dq + dq:x | g) + (0 + dr + dr:x | g)"))
for (s in names(each)) if (!is.null(each[[s]])) {
  ours <- each[[s]][1]; theirs <- each[[s]][2]
  add(paste(s, "REML"), paste("y ~ x + f +", ours), as.formula(paste("y ~ x + f +", theirs)), REML = TRUE)
  add(paste(s, "ML"), paste("y ~ x + f +", ours), as.formula(paste("y ~ x + f +", theirs)), options = list(reml = FALSE))
  add(paste(s, "counts"), paste("n ~ x + f +", ours), as.formula(paste("n ~ x + f +", theirs)), family = poisson, options = list(family = "poisson"))
}
for (s in c("toep", "us")) {
  ours <- paste0(s, "(0 + time | g)"); theirs <- paste0(s, "(time + 0 | g)")
  add(paste(s, "REML"), paste("y ~ x +", ours), as.formula(paste("y ~ x +", theirs)), REML = TRUE, data = "three")
  add(paste(s, "ML"), paste("y ~ x +", ours), as.formula(paste("y ~ x +", theirs)), options = list(reml = FALSE), data = "three")
  add(paste(s, "counts"), paste("n ~ x +", ours), as.formula(paste("n ~ x +", theirs)), family = poisson, options = list(family = "poisson"), data = "three")
}
for (method in c("REML", "ML")) { # of nlme, groups of several variances
  m <- lme(y ~ x + f, d, random = list(g = pdDiag(~ 0 + dp + dq + dr)), method = method, na.action = na.omit,
           control = lmeControl(tolerance = 1e-10, msTol = 1e-12, msMaxIter = 500, maxIter = 500, returnObject = TRUE))
  out[[length(out) + 1]] <- list(id = paste("by nlme", method), peer = "nlme", formula = "y ~ x + f + (1 | g, by = f)", options = list(reml = method == "REML"), data = "d",
    logLik = as.numeric(logLik(m)), beta = unname(fixef(m)))
}

# Dense: rows of V(theta) maximised by optim and Newton-like restarts.
dense <- function(y, X, base, reml, extra = 0) {
  n <- length(y); p <- ncol(X)
  value <- function(th) {
    V <- exp(2 * th[1]) * base(th[-(1:2)]) + diag(exp(2 * th[2]), n); R <- tryCatch(chol(V), error = function(e) NULL); if (is.null(R)) return(1e10)
    A <- backsolve(R, X, transpose = TRUE); z <- backsolve(R, y, transpose = TRUE); b <- qr.coef(qr(A), z); r <- z - A %*% b
    v <- 2 * sum(log(diag(R))) + sum(r^2)
    if (reml) v <- v + as.numeric(determinant(crossprod(A))$modulus) + (n - p) * log(2 * pi) else v <- v + n * log(2 * pi)
    attr(v, "b") <- b; v / 2
  }
  th <- c(-0.5, -0.5, rep(0.3, extra))
  for (k in 1:6) th <- optim(th, function(t) as.numeric(value(t)), method = if (k %% 2) "Nelder-Mead" else "BFGS", control = list(reltol = 1e-15, maxit = 3000))$par
  list(logLik = -as.numeric(value(th)), beta = as.numeric(attr(value(th), "b")), sd = exp(th[1]), sigma = exp(th[2]))
}
put <- function(id, ours, data, y, X, K, more = list()) for (reml in c(TRUE, FALSE)) {
  m <- dense(y, X, function(none) K, reml)
  out[[length(out) + 1]] <<- list(id = paste(id, if (reml) "REML" else "ML"), peer = "dense", formula = ours, options = c(list(reml = reml), more), data = data,
    logLik = m$logLik, beta = m$beta, sd = m$sd, sigma = m$sigma)
}
# one variance: independent occasions, and correlations of lag 1 and 2
o <- d[!is.na(d$y), ]; same <- outer(o$g, o$g, "==")
put("homdiag", "y ~ x + f + homdiag(0 + time | g)", "d", o$y, model.matrix(~ x + f, o), same * outer(o$t, o$t, "=="))
o <- three[!is.na(three$y), ]; same <- outer(o$g, o$g, "=="); lag <- abs(outer(o$t, o$t, "-"))
for (reml in c(TRUE, FALSE)) {
  # rho_1 = tanh, rho_2 between what keeps the matrix positive definite, 2 rho_1^2 - 1 and 1
  m <- dense(o$y, cbind(1, o$x), function(th) { a <- tanh(th[1]); b <- 2 * a^2 - 1 + (2 - 2 * a^2) * plogis(th[2]); same * matrix(c(1, a, b)[lag + 1], nrow(lag)) }, reml, 2)
  out[[length(out) + 1]] <- list(id = paste("homtoep", if (reml) "REML" else "ML"), peer = "dense", formula = "y ~ x + homtoep(0 + time | g)", options = list(reml = reml), data = "three",
    logLik = m$logLik, beta = m$beta, sd = m$sd, sigma = m$sigma)
}
# walks: levels with times of their own, unequal steps, missing responses
w <- do.call(rbind, lapply(1:6, function(i) { t <- sort(round(cumsum(rexp(14 + i, 1)), 1)); data.frame(g = sprintf("s%d", i), t = t, y = round(cumsum(rnorm(length(t), 0, 0.6)) + rnorm(length(t), 0, 0.5), 4)) }))
w$x <- round(rnorm(nrow(w)), 3); w$y[c(4, 31)] <- NA
o <- w[!is.na(w$y), ]; same <- outer(o$g, o$g, "=="); a <- o$t - min(o$t); low <- outer(a, a, pmin); high <- outer(a, a, pmax)
put("rw1", "y ~ x + rw1(t | g)", "w", o$y, cbind(1, o$x), same * low)
put("rw2", "y ~ x + t + rw2(t | g)", "w", o$y, cbind(1, o$x, o$t), same * low^2 * (3 * high - low) / 6)
# a map of two parts and an island
edges <- rbind(c(1,2), c(2,3), c(3,4), c(4,1), c(1,3), c(4,5), c(5,6), c(7,8), c(8,9)); names9 <- c(letters[1:9], "island")
W <- matrix(0, 10, 10); W[edges] <- 1; W <- W + t(W); Q <- diag(rowSums(W)) - W; ei <- eigen(Q, TRUE)
G <- ei$vectors %*% diag(ifelse(ei$values > 1e-9, 1 / ei$values, 0)) %*% t(ei$vectors)
r <- data.frame(region = rep(names9, c(4, 3, 5, 2, 6, 3, 4, 5, 2, 3))); r$x <- round(rnorm(nrow(r)), 3)
r$y <- round(sin(1:10)[match(r$region, names9)] * 1.2 + 0.4 * r$x + rnorm(nrow(r), 0, 0.5), 4); r$y[c(2, 20)] <- NA
q <- r[!is.na(r$y), ]; k <- match(q$region, names9)
put("icar", "y ~ x + (1 | region)", "r", q$y, cbind(1, q$x), G[k, k], list(map = TRUE))
# proportional to a covariance: species within sites
V <- round(0.6^abs(outer(1:5, 1:5, "-")) * outer(c(1, 1.2, 0.8, 1.1, 0.9), c(1, 1.2, 0.8, 1.1, 0.9)), 6); sp <- letters[1:5]
s <- expand.grid(species = sp, site = sprintf("k%02d", 1:20)); s <- s[-sample(100, 25), ]; s <- rbind(s, s[sample(75, 40), ]); s$x <- round(rnorm(nrow(s)), 3)
b <- t(chol(V)) %*% matrix(rnorm(100), 5); s$y <- round(b[cbind(as.integer(s$species), as.integer(s$site))] + 0.3 * s$x + rnorm(nrow(s), 0, 0.6), 4); s$y[c(1, 50)] <- NA
h <- s[!is.na(s$y), ]; k <- as.integer(h$species)
put("propto", "y ~ x + propto(0 + species | site, V)", "s", h$y, cbind(1, h$x), outer(as.character(h$site), as.character(h$site), "==") * V[k, k], list(matrix = TRUE))

columns <- function(x, names) lapply(setNames(names, names), function(n) if (is.factor(x[[n]])) as.character(x[[n]]) else x[[n]])
write_json(list(data = list(d = columns(d, c("y", "n", "x", "f", "g", "t", "time", "u", "v")), three = columns(three, c("y", "n", "x", "g", "time")), w = columns(w, c("y", "x", "t", "g")), r = columns(r, c("y", "x", "region")),
  s = columns(s, c("y", "x", "species", "site"))), map = setNames(lapply(1:10, function(i) I(names9[W[i, ] == 1])), names9), V = list(labels = sp, covariance = V), cases = out),
  "tests/inference/tables/more_structures.json", digits = NA, auto_unbox = TRUE, null = "null", na = "null")
for (c in out) cat(c$id, format(c$logLik, digits = 12), "\n")
