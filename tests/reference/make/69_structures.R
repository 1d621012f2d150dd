# Correlated residuals: nlme's gls and lme (3.1) on the sleep study, balanced and with rows missing, by REML and ML.
# Run from the repository's root: Rscript tests/reference/make/69_structures.R
# Writes tests/inference/tables/structures.json.
suppressMessages({library(nlme); library(jsonlite)})
d <- read.csv("data/sleepstudy.csv")
d$Subject <- factor(d$Subject)
d$time <- d$Days + (as.integer(d$Subject) %% 3) / 4                # times that differ between subjects
gaps <- d[-c(3, 17, 18, 40, 41, 42, 77, 100, 151), ]               # unbalanced
gaps$Reaction[c(5, 60)] <- NA                                      # and with missing responses
control <- glsControl(tolerance = 1e-12, msTol = 1e-14, msMaxIter = 500, maxIter = 500, returnObject = TRUE, opt = "optim", optimMethod = "BFGS", .relStep = 1e-7)
tight <- function(fit) tryCatch(fit(), error = function(e) { message(conditionMessage(e)); NULL })

row <- function(id, ours, data, m, parameters) {
  s <- summary(m)$tTable
  list(id = id, residual = ours, data = data, reml = m$method == "REML", logLik = as.numeric(logLik(m)), names = rownames(s), estimate = unname(s[, "Value"]),
       se = unname(s[, "Std.Error"]), sigma = m$sigma, parameters = parameters)
}
corr <- function(m) unname(coef(m$modelStruct$corStruct, unconstrained = FALSE))
weights <- function(m) unname(coef(m$modelStruct$varStruct, unconstrained = FALSE, allCoef = TRUE))

out <- list()
for (method in c("REML", "ML")) for (which in c("all", "gaps")) {
  data <- if (which == "all") d else gaps
  add <- function(id, ours, structure, variance = NULL, parameters = function(m) corr(m)) {
    m <- tight(function() gls(Reaction ~ Days, data, correlation = structure, weights = variance, method = method, na.action = na.omit, control = control))
    if (!is.null(m)) out[[length(out) + 1]] <<- row(paste(id, which, method), ours, which, m, parameters(m))
  }
  each <- varIdent(form = ~ 1 | Days)
  add("homcs", "homcs(Days | Subject)", corCompSymm(form = ~ 1 | Subject))
  add("ar1", "ar1(Days | Subject)", corAR1(form = ~ Days | Subject))
  add("exp", "exp(Days | Subject)", corExp(value = 3, form = ~ Days | Subject))
  add("gau", "gau(Days | Subject)", corGaus(value = 2, form = ~ Days | Subject))
  add("ou", "ou(time | Subject)", corCAR1(value = 0.6, form = ~ time | Subject), parameters = function(m) -1 / log(corr(m)))
  add("cs", "cs(Days | Subject)", corCompSymm(form = ~ 1 | Subject), each)
  add("hetar1", "hetar1(Days | Subject)", corAR1(form = ~ Days | Subject), each)
}
for (method in c("REML", "ML")) {                                  # five days: an unstructured matrix of fifteen numbers
  data <- d[d$Days < 5, ]
  m <- tight(function() gls(Reaction ~ Days, data, correlation = corSymm(form = ~ 1 | Subject), weights = varIdent(form = ~ 1 | Days), method = method, control = control))
  if (!is.null(m)) out[[length(out) + 1]] <- row(paste("us five", method), "us(Days | Subject)", "five", m, numeric(0))
  m <- lme(Reaction ~ Days, d, random = ~ 1 | Subject, correlation = corAR1(form = ~ Days | Subject), method = method,
           control = lmeControl(tolerance = 1e-10, msTol = 1e-12, msMaxIter = 500, returnObject = TRUE))
  out[[length(out) + 1]] <- row(paste("(1 | Subject) + ar1", method), "ar1(Days | Subject)", "all", m, c(corr(m), as.numeric(VarCorr(m)[1, 2])))
}
frame <- function(x) list(Reaction = x$Reaction, Days = x$Days, time = x$time, Subject = as.character(x$Subject))
write_json(list(data = list(all = frame(d), gaps = frame(gaps), five = frame(d[d$Days < 5, ])), cases = out), "tests/inference/tables/structures.json",
           digits = NA, auto_unbox = TRUE, null = "null", na = "null")
