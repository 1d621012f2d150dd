# Joint tests with nested factors by emmeans, written with the data to tests/inference/tables/nested_factors.json.
suppressMessages({ library(emmeans); library(jsonlite) })
set.seed(4)
d <- data.frame(drug = rep(c("bov", "cha", "ang", "her", "mol"), 8), z = rep(c("k", "l"), each = 20))
d$route <- ifelse(d$drug %in% c("bov", "cha"), "inj", "oral")
d$y <- round(rnorm(40) + as.integer(factor(d$drug)), 4); d$x <- round(rnorm(40), 4)
formulas <- c("y ~ route + drug", "y ~ route/drug", "y ~ drug", "y ~ route + drug + z", "y ~ route + drug + x", "y ~ drug + x:drug",
  "y ~ z + z:drug", "y ~ z:drug", "y ~ z/x", "y ~ route/drug/x", "y ~ z * x")
out <- lapply(formulas, function(f) {
  j <- suppressMessages(joint_tests(lm(as.formula(f), d)))
  list(formula = f, term = I(j[["model term"]]), df = I(j$df1), df_residual = I(j$df2), statistic = I(j$F.ratio), p_value = I(j$p.value))
})
write_json(list(data = d, cases = out), "tests/inference/tables/nested_factors.json", dataframe = "columns", digits = 10, auto_unbox = TRUE)
