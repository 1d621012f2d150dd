# Variograms of residuals by Variogram() of nlme 3.1: Pearson and normalized residuals of gls() with corExp in time (sleepstudy) and over
# places (simulated, 80 places, known seed), every pair by itself (collapse = "none"), then means over given bins.
# Run from the repository's root: Rscript tests/reference/make/72_variogram.R
# Writes tests/inference/tables/variogram.json.
suppressMessages({library(nlme); library(jsonlite)})
num <- function(x) unname(as.numeric(x))

binned <- function(m, form, type, width = NULL, most = Inf) {
  v <- Variogram(m, form = form, resType = type, collapse = "none")
  v <- v[v$dist <= most, ]
  bin <- if (is.null(width)) round(v$dist, 9) else ceiling(v$dist / width)
  list(type = type, distance = num(tapply(v$dist, bin, mean)), pairs = num(table(bin)), semivariance = num(tapply(v$variog, bin, mean)))
}

sleep <- read.csv("data/sleepstudy.csv")
time <- gls(Reaction ~ Days, sleep, correlation = corExp(form = ~ Days | Subject), control = glsControl(tolerance = 1e-10, msTol = 1e-12))
range_time <- num(coef(time$modelStruct$corStruct, unconstrained = FALSE))

set.seed(42)
n <- 80
places <- data.frame(x = round(runif(n, 0, 10), 2), y = round(runif(n, 0, 6), 2), z = round(rnorm(n), 3))
D <- as.matrix(dist(places[, c("x", "y")]))
places$yield <- round(5 + 0.8 * places$z + drop(t(chol(2 * exp(-D / 2.5))) %*% rnorm(n)), 3)
space <- gls(yield ~ z, places, correlation = corExp(form = ~ x + y), control = glsControl(tolerance = 1e-10, msTol = 1e-12))
range_space <- num(coef(space$modelStruct$corStruct, unconstrained = FALSE))
most <- max(D) / 2; own <- D[lower.tri(D)]; width <- max(own[own <= most]) / 15

write_json(list(
  time = list(range = range_time, sigma = time$sigma, rows = lapply(c("pearson", "normalized"), function(t) binned(time, ~ Days, t))),
  space = list(range = range_space, sigma = space$sigma, data = places,
    rows = lapply(c("pearson", "normalized"), function(t) binned(space, ~ x + y, t, width, most)),
    model = { r <- D[lower.tri(D)]; r <- r[r <= most]; num(tapply(1 - exp(-r / range_space), ceiling(r / width), mean)) })),
  "tests/inference/tables/variogram.json", digits = 12, auto_unbox = TRUE, dataframe = "columns")
